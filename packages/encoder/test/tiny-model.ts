import type { ModelFolder } from "@winnow/checkpoint"
import { parseModelConfig } from "@winnow/checkpoint"
import type { Sample } from "@winnow/tensor"
import { bert } from "../src/families/bert.ts"
import { distilbert } from "../src/families/distilbert.ts"
import { roberta } from "../src/families/roberta.ts"

/** Numbers that look random and are the same everywhere. */
function noise(seed: number): () => number {
	let state = seed >>> 0
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0
		return state / 2 ** 32 - 0.5
	}
}

export interface TinyOptions {
	readonly heads?: readonly number[]
	readonly neurons?: readonly number[]
	readonly logits?: number
	readonly seed?: number
	readonly family?: "bert" | "distilbert" | "roberta"
	readonly head?: "classification" | "span"
	readonly config?: Record<string, unknown>
}

const hidden = 8
const headSize = 4
const families = { bert, distilbert, roberta }

const bertSizes = (layers: number) => ({
	hidden_size: hidden,
	num_hidden_layers: layers,
	num_attention_heads: hidden / headSize,
	intermediate_size: 6,
	type_vocab_size: 2,
})

const distilbertSizes = (layers: number) => ({
	dim: hidden,
	n_layers: layers,
	n_heads: hidden / headSize,
	hidden_dim: 6,
})

/** A BERT, or one of its relatives, of two layers, hidden size 8, heads of 4, any widths, in memory. */
export function tinyModel(o: TinyOptions = {}): ModelFolder {
	const { heads = [2, 2], neurons = [6, 6], logits = 2, seed = 1, config = {} } = o
	const { family = "bert", head = "classification" } = o
	const shapes = new Map<string, readonly number[]>()
	const linear = (name: string, inputs: number, outputs: number) => {
		if (inputs * outputs > 0) shapes.set(`${name}.weight`, [outputs, inputs])
		if (outputs > 0) shapes.set(`${name}.bias`, [outputs])
	}
	const norm = (name: string) => {
		shapes.set(`${name}.weight`, [hidden])
		shapes.set(`${name}.bias`, [hidden])
	}
	const { names, heads: familyHeads } = families[family]
	const { pooler, output, architecture } = familyHeads.find(({ kind }) => kind === head)!
	shapes.set(`${names.word}.weight`, [20, hidden])
	shapes.set(`${names.position}.weight`, [family === "roberta" ? 11 : 9, hidden])
	if (names.segment !== undefined) shapes.set(`${names.segment}.weight`, [2, hidden])
	norm(names.embeddingNorm)
	for (const [layer, count] of heads.entries()) {
		const of = names.layer(layer)
		for (const part of [of.query, of.key, of.value]) linear(part, hidden, count * headSize)
		linear(of.attentionOutput, count * headSize, hidden)
		norm(of.attentionNorm)
		linear(of.ffnInput, hidden, neurons[layer]!)
		linear(of.ffnOutput, neurons[layer]!, hidden)
		norm(of.ffnNorm)
	}
	if (pooler !== undefined) linear(pooler.name, hidden, hidden)
	linear(output, hidden, head === "span" ? 2 : logits)
	const json = {
		model_type: family,
		architectures: [architecture],
		vocab_size: 20,
		...(family === "distilbert" ? distilbertSizes(heads.length) : bertSizes(heads.length)),
		...(family === "roberta" ? { max_position_embeddings: 11, pad_token_id: 1 } : { max_position_embeddings: 9 }),
		heads_per_layer: heads,
		ffn_per_layer: neurons,
		...config,
	}
	const random = noise(seed)
	const data = new Map([...shapes].map(([name, shape]) => [name, filled(name, shape, random)]))
	return {
		folder: "tiny",
		config: parseModelConfig(json, "tiny/config.json"),
		tensors: new Map([...shapes].map(([name, shape]) => [name, { dtype: "F32", shape }])),
		weightFiles: ["model.safetensors"],
		bytes: 0,
		read: async (name) => data.get(name)!,
		sha256: async () => "0".repeat(64),
		close: async () => {},
	}
}

function filled(name: string, shape: readonly number[], random: () => number): Float32Array {
	const size = shape.reduce((product, n) => product * n, 1)
	const around = /(LayerNorm|layer_norm)\.weight$/.test(name) ? 1 : 0
	return Float32Array.from({ length: size }, () => around + random())
}

/** Samples of several lengths, so that batches are padded. */
export const tinySamples: readonly Sample[] = [
	{ ids: Uint32Array.of(1, 5, 9, 2), target: 1 },
	{ ids: Uint32Array.of(1, 3, 2), segments: Uint8Array.of(0, 0, 1), target: 0 },
	{ ids: Uint32Array.of(1, 7, 7, 4, 11, 2), segments: Uint8Array.of(0, 0, 0, 1, 1, 1), target: 1 },
	{ ids: Uint32Array.of(1, 19, 2), target: 0 },
]
