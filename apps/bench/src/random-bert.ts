import { type ModelFolder, parseModelConfig } from "@winnow/checkpoint"

export interface BertShape {
	readonly hidden: number
	readonly layers: number
	readonly heads: number
	readonly neurons: number
}

export const shapes = {
	"bert-base": { hidden: 768, layers: 12, heads: 12, neurons: 3072 },
	minilm: { hidden: 384, layers: 6, heads: 12, neurons: 1536 },
} as const satisfies Readonly<Record<string, BertShape>>
export type ShapeName = keyof typeof shapes

const positions = 512

/**
 * A BERT classifier of some shape with random weights, in memory: times and memory depend on no more.
 *
 * @param vocabulary - rows of the word table; by default as few as timed models have
 */
export function randomBert({ hidden, layers, heads, neurons }: BertShape, vocabulary = 4096): ModelFolder {
	const parts = new Map<string, readonly number[]>()
	const linear = (name: string, inputs: number, outputs: number) => {
		parts.set(`${name}.weight`, [outputs, inputs])
		parts.set(`${name}.bias`, [outputs])
	}
	const norm = (name: string) => {
		parts.set(`${name}.weight`, [hidden])
		parts.set(`${name}.bias`, [hidden])
	}
	parts.set("bert.embeddings.word_embeddings.weight", [vocabulary, hidden])
	parts.set("bert.embeddings.position_embeddings.weight", [positions, hidden])
	parts.set("bert.embeddings.token_type_embeddings.weight", [2, hidden])
	norm("bert.embeddings.LayerNorm")
	for (let layer = 0; layer < layers; layer++) {
		const prefix = `bert.encoder.layer.${layer}`
		for (const part of ["self.query", "self.key", "self.value", "output.dense"]) {
			linear(`${prefix}.attention.${part}`, hidden, hidden)
		}
		norm(`${prefix}.attention.output.LayerNorm`)
		linear(`${prefix}.intermediate.dense`, hidden, neurons)
		linear(`${prefix}.output.dense`, neurons, hidden)
		norm(`${prefix}.output.LayerNorm`)
	}
	linear("bert.pooler.dense", hidden, hidden)
	linear("classifier", hidden, 2)
	const config = {
		model_type: "bert",
		architectures: ["BertForSequenceClassification"],
		hidden_size: hidden,
		num_hidden_layers: layers,
		num_attention_heads: heads,
		intermediate_size: neurons,
		vocab_size: vocabulary,
		max_position_embeddings: positions,
		type_vocab_size: 2,
	}
	return {
		folder: "random-bert",
		config: parseModelConfig(config, "random-bert/config.json"),
		tensors: new Map([...parts].map(([name, shape]) => [name, { dtype: "F32", shape }])),
		weightFiles: [],
		bytes: 0,
		read: async (name) => filled(name, parts.get(name)!),
		sha256: async () => "0".repeat(64),
		close: async () => {},
	}
}

/** Small numbers around zero (around one for scales): activations stay in range through all layers. */
function filled(name: string, shape: readonly number[]): Float32Array {
	const values = new Float32Array(shape.reduce((product, n) => product * n, 1))
	const around = name.endsWith("LayerNorm.weight") ? 1 : 0
	for (let i = 0; i < values.length; i++) values[i] = around + 0.08 * (Math.random() - 0.5)
	return values
}
