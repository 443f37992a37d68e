import type { EncoderWeights, Linear, Norm } from "./weights.ts"

/** How many numbers a model consists of. */
export function parametersOf(weights: EncoderWeights): number {
	const linear = ({ weights: { data }, bias }: Linear) => data.length + bias.length
	const norm = ({ scale, bias }: Norm) => scale.length + bias.length
	const layers = weights.layers.map(
		(layer) =>
			linear(layer.query) +
			linear(layer.key) +
			linear(layer.value) +
			linear(layer.attentionOutput) +
			norm(layer.attentionNorm) +
			linear(layer.ffnInput) +
			linear(layer.ffnOutput) +
			norm(layer.ffnNorm),
	)
	const tables = [weights.word, weights.position, weights.segment].map((table) => table?.data.length ?? 0)
	const pooler = weights.pooler === undefined ? 0 : linear(weights.pooler)
	const rest = [norm(weights.embeddingNorm), pooler, linear(weights.classifier)]
	return [...tables, ...layers, ...rest].reduce((sum, size) => sum + size, 0)
}
