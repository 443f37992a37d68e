import type { ModelFolder } from "@winnow/checkpoint"
import { InvalidInputError, type Tensor, tensor } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"
import type { Family, Head, LayerNames } from "./families/family.ts"
import { transposed } from "./transposed.ts"
import { unreadTensors } from "./unread-tensors.ts"
import type { EncoderWeights, LayerWeights, Linear, Norm } from "./weights.ts"

/**
 * All weights of a model, every shape checked against its configuration.
 *
 * Sublayers without units have no query, key, value or input matrices in the file, only the output's bias, and its matrix `[d, 0]` where
 * the file is not an old one.
 *
 * @returns them, and the names of the tensors that nothing reads
 * @throws {InvalidInputError} naming the tensor that is missing, has another shape or says that the program is another one
 */
export async function readWeights(
	model: ModelFolder,
	{ family, head }: { readonly family: Family; readonly head: Head },
	architecture: Architecture,
): Promise<{ readonly weights: EncoderWeights; readonly unread: readonly string[] }> {
	const { names } = family
	const { hidden, vocabulary, positions, firstPosition, segments, logits } = architecture
	const reader = new WeightReader(model)
	const layers: LayerWeights[] = []
	for (const [layer, heads] of architecture.heads.entries()) {
		const widths = { hidden, channels: heads * architecture.headSize, neurons: architecture.neurons[layer]! }
		layers.push(await readLayer(reader, names.layer(layer), widths))
	}
	const weights = {
		word: await reader.table(names.word, vocabulary, hidden),
		position: await reader.table(names.position, firstPosition + positions, hidden),
		segment: names.segment === undefined ? undefined : await reader.table(names.segment, segments, hidden),
		embeddingNorm: await reader.norm(names.embeddingNorm, hidden),
		layers,
		pooler: head.pooler && (await reader.linear(head.pooler.name, hidden, hidden)),
		classifier: await reader.linear(head.output, hidden, logits),
	}
	const unread = unreadTensors(model.tensors.keys(), reader.used, { where: model.folder, family, head })
	return { weights, unread }
}

async function readLayer(
	reader: WeightReader,
	names: LayerNames,
	{ hidden, channels, neurons }: { hidden: number; channels: number; neurons: number },
): Promise<LayerWeights> {
	return {
		query: await reader.linear(names.query, hidden, channels),
		key: await reader.linear(names.key, hidden, channels),
		value: await reader.linear(names.value, hidden, channels),
		attentionOutput: await reader.linear(names.attentionOutput, channels, hidden),
		attentionNorm: await reader.norm(names.attentionNorm, hidden),
		ffnInput: await reader.linear(names.ffnInput, hidden, neurons),
		ffnOutput: await reader.linear(names.ffnOutput, neurons, hidden),
		ffnNorm: await reader.norm(names.ffnNorm, hidden),
	}
}

class WeightReader {
	readonly #model: ModelFolder
	readonly used = new Set<string>()

	constructor(model: ModelFolder) {
		this.#model = model
	}

	async table(name: string, rows: number, hidden: number): Promise<Tensor<"row hidden">> {
		return tensor("row hidden", [rows, hidden], await this.#read(`${name}.weight`, [rows, hidden]))
	}

	async norm(name: string, hidden: number): Promise<Norm> {
		// Checkpoints converted from TensorFlow still say gamma and beta.
		const [scale, bias] = this.#model.tensors.has(`${name}.gamma`) ? ["gamma", "beta"] : ["weight", "bias"]
		return {
			scale: await this.#read(`${name}.${scale}`, [hidden]),
			bias: await this.#read(`${name}.${bias}`, [hidden]),
		}
	}

	async linear(name: string, inputs: number, outputs: number): Promise<Linear> {
		const isLeftOut = inputs * outputs === 0 && !this.#model.tensors.has(`${name}.weight`)
		const stored = isLeftOut ? new Float32Array(0) : await this.#read(`${name}.weight`, [outputs, inputs])
		return {
			weights: tensor("in out", [inputs, outputs], transposed(stored, outputs, inputs)),
			bias: outputs === 0 ? new Float32Array(0) : await this.#read(`${name}.bias`, [outputs]),
		}
	}

	async #read(name: string, shape: readonly number[]): Promise<Float32Array> {
		const info = this.#model.tensors.get(name)
		const expected = `[${shape.join(", ")}]`
		const actual = info === undefined ? "missing" : `[${info.shape.join(", ")}]`
		if (actual !== expected) {
			throw new InvalidInputError(this.#model.folder, `the shape of ${name}`, `${expected} by config.json`, actual)
		}
		this.used.add(name)
		return this.#model.read(name)
	}
}
