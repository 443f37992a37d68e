import type { ModelFolder } from "@winnow/checkpoint"
import { parseModelConfig } from "@winnow/checkpoint"
import type { Sample } from "@winnow/tensor"

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
	readonly config?: Record<string, unknown>
}

const hidden = 8
const headSize = 4

/** A BERT of two layers, hidden size 8, heads of 4, any widths, in memory. */
export function tinyModel(o: TinyOptions = {}): ModelFolder {
	const { heads = [2, 2], neurons = [6, 6], logits = 2, seed = 1, config = {} } = o
	const shapes = new Map<string, readonly number[]>()
	const linear = (name: string, inputs: number, outputs: number) => {
		if (inputs * outputs > 0) shapes.set(`${name}.weight`, [outputs, inputs])
		if (outputs > 0) shapes.set(`${name}.bias`, [outputs])
	}
	const norm = (name: string) => {
		shapes.set(`${name}.weight`, [hidden])
		shapes.set(`${name}.bias`, [hidden])
	}
	shapes.set("bert.embeddings.word_embeddings.weight", [20, hidden])
	shapes.set("bert.embeddings.position_embeddings.weight", [9, hidden])
	shapes.set("bert.embeddings.token_type_embeddings.weight", [2, hidden])
	norm("bert.embeddings.LayerNorm")
	for (const [layer, count] of heads.entries()) {
		const prefix = `bert.encoder.layer.${layer}`
		for (const part of ["query", "key", "value"]) linear(`${prefix}.attention.self.${part}`, hidden, count * headSize)
		linear(`${prefix}.attention.output.dense`, count * headSize, hidden)
		norm(`${prefix}.attention.output.LayerNorm`)
		linear(`${prefix}.intermediate.dense`, hidden, neurons[layer]!)
		linear(`${prefix}.output.dense`, neurons[layer]!, hidden)
		norm(`${prefix}.output.LayerNorm`)
	}
	linear("bert.pooler.dense", hidden, hidden)
	linear("classifier", hidden, logits)
	const json = {
		model_type: "bert",
		architectures: ["BertForSequenceClassification"],
		hidden_size: hidden,
		num_hidden_layers: heads.length,
		num_attention_heads: hidden / headSize,
		intermediate_size: 6,
		vocab_size: 20,
		max_position_embeddings: 9,
		type_vocab_size: 2,
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
	const around = name.endsWith("LayerNorm.weight") ? 1 : 0
	return Float32Array.from({ length: size }, () => around + random())
}

/** Samples of several lengths, so that batches are padded. */
export const tinySamples: readonly Sample[] = [
	{ ids: Uint32Array.of(1, 5, 9, 2), target: 1 },
	{ ids: Uint32Array.of(1, 3, 2), segments: Uint8Array.of(0, 0, 1), target: 0 },
	{ ids: Uint32Array.of(1, 7, 7, 4, 11, 2), segments: Uint8Array.of(0, 0, 0, 1, 1, 1), target: 1 },
	{ ids: Uint32Array.of(1, 19, 2), target: 0 },
]
