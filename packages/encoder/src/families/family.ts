import type { ModelConfig } from "@winnow/checkpoint"
import type { Architecture } from "../architecture.ts"

/** Names of the tensors of one layer, without `.weight` and `.bias`. */
export interface LayerNames {
	readonly query: string
	readonly key: string
	readonly value: string
	readonly attentionOutput: string
	readonly attentionNorm: string
	readonly ffnInput: string
	readonly ffnOutput: string
	readonly ffnNorm: string
}

/** Names of the tensors below the head, without `.weight` and `.bias`. */
export interface ParameterNames {
	readonly word: string
	readonly position: string
	/** Undefined where a family has no token types. */
	readonly segment: string | undefined
	readonly embeddingNorm: string
	layer(index: number): LayerNames
}

/** What makes logits of the last layer, as one of Transformers' classes. */
export interface Head {
	/** The class, as `architectures` of config.json names it. */
	readonly architecture: string
	readonly kind: Architecture["head"]
	/** The dense layer between [CLS] and the logits, and what follows it; undefined where logits are read from every token. */
	readonly pooler?: { readonly name: string; readonly activation: Architecture["poolerActivation"] }
	/** The layer whose outputs are the logits. */
	readonly output: string
}

/** What tells one kind of encoder from another over the same program: its names, its configuration, its heads, what it refuses. */
export interface Family {
	/** `model_type` of its config.json. */
	readonly modelType: string
	readonly names: ParameterNames
	/** The field of its config.json that says how many neurons every layer has before pruning. */
	readonly neuronsField: "intermediate_size" | "hidden_dim"
	/** The field of its config.json that counts the layers. */
	readonly layersField: "num_hidden_layers" | "n_layers"
	readonly heads: readonly Head[]
	/** Tensors that some checkpoints hold and that are no parameters. */
	readonly buffers: ReadonlySet<string>
	/**
	 * Sizes from config.json; what the head decides is left out.
	 *
	 * @throws {InvalidInputError} when a field is missing or impossible
	 * @throws {UnsupportedError} when a field asks for what the program does not compute
	 */
	architecture(config: ModelConfig, where: string): Omit<Architecture, "logits" | "head" | "poolerActivation">
}
