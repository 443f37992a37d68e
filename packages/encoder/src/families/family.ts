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

/** Names of all tensors of a model, without `.weight` and `.bias`. */
export interface ParameterNames {
	readonly word: string
	readonly position: string
	readonly segment: string
	readonly embeddingNorm: string
	layer(index: number): LayerNames
	readonly pooler: string
	readonly classifier: string
}

/** What tells one kind of encoder from another over the same program: its names, its configuration, what it refuses. */
export interface Family {
	/** `model_type` of its config.json. */
	readonly modelType: string
	readonly names: ParameterNames
	/** Tensors that some checkpoints hold and that are no parameters. */
	readonly buffers: ReadonlySet<string>
	/**
	 * Sizes from config.json; the number of logits is the classifier's own.
	 *
	 * @throws {InvalidInputError} when a field is missing or impossible
	 * @throws {UnsupportedError} when a field asks for what the program does not compute
	 */
	architecture(config: ModelConfig, where: string): Omit<Architecture, "logits">
}
