import { type ModelConfig, validated } from "@winnow/checkpoint"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import type { Architecture } from "../architecture.ts"
import {
	count,
	exactGelu,
	layerCount,
	raggedWidths,
	refuseOther,
	refuseUneven,
	widths,
	withoutNulls,
} from "./config-fields.ts"
import type { Head, ParameterNames } from "./family.ts"

/** The fields of Transformers' BertConfig and RobertaConfig that decide what is computed, and Winnow's two for ragged widths. */
const bertConfig = type({
	hidden_size: count,
	num_hidden_layers: layerCount,
	num_attention_heads: count,
	intermediate_size: count,
	vocab_size: count,
	max_position_embeddings: count,
	type_vocab_size: count,
	"layer_norm_eps?": type("0 < number <= 1").describe("a positive number, at most 1"),
	"hidden_act?": "string",
	"position_embedding_type?": "string",
	"heads_per_layer?": widths,
	"ffn_per_layer?": widths,
})

/** Sizes of a model whose configuration has BERT's fields. */
export function bertArchitecture(
	config: ModelConfig,
	{ where, firstPosition }: { readonly where: string; readonly firstPosition: number },
): Omit<Architecture, "logits" | "head" | "poolerActivation"> {
	const fields = validated(bertConfig, withoutNulls(config.raw), where)
	refuseOther(fields, { hidden_act: exactGelu, position_embedding_type: ["absolute"] }, where)
	const [hidden, heads, layers] = [fields.hidden_size, fields.num_attention_heads, fields.num_hidden_layers]
	refuseUneven("hidden_size", { hidden, heads }, where)
	const positions = fields.max_position_embeddings
	if (positions <= firstPosition) {
		const expected = `above ${firstPosition}, the rows before the first token's`
		throw new InvalidInputError(where, "max_position_embeddings", expected, positions)
	}
	return {
		hidden,
		headSize: hidden / heads,
		...raggedWidths(fields, { layers, heads, neurons: fields.intermediate_size }, where),
		vocabulary: fields.vocab_size,
		positions: positions - firstPosition,
		firstPosition,
		segments: fields.type_vocab_size,
		epsilon: fields.layer_norm_eps ?? 1e-12,
	}
}

/** BERT's names behind the prefix of a family. */
export function bertNames(family: string): ParameterNames {
	return {
		word: `${family}.embeddings.word_embeddings`,
		position: `${family}.embeddings.position_embeddings`,
		segment: `${family}.embeddings.token_type_embeddings`,
		embeddingNorm: `${family}.embeddings.LayerNorm`,
		layer(index) {
			const layer = `${family}.encoder.layer.${index}`
			return {
				query: `${layer}.attention.self.query`,
				key: `${layer}.attention.self.key`,
				value: `${layer}.attention.self.value`,
				attentionOutput: `${layer}.attention.output.dense`,
				attentionNorm: `${layer}.attention.output.LayerNorm`,
				ffnInput: `${layer}.intermediate.dense`,
				ffnOutput: `${layer}.output.dense`,
				ffnNorm: `${layer}.output.LayerNorm`,
			}
		},
	}
}

/** A span of tokens: start and end logits of every token, no pooler. */
export const spanHead = (architecture: string): Head => ({
	architecture,
	kind: "span",
	output: "qa_outputs",
})

/** [CLS] through a dense layer and tanh, under the given names. */
export const poolingHead = (
	architecture: string,
	{ pooler, output }: { readonly pooler: string; readonly output: string },
): Head => ({
	architecture,
	kind: "classification",
	pooler: { name: pooler, activation: "tanh" },
	output,
})
