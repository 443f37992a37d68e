import { type ModelConfig, validated } from "@winnow/checkpoint"
import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import type { Family } from "./family.ts"

const count = type("number.integer > 0").describe("a positive integer")
const widths = type("(number.integer >= 0)[]").describe("a list of natural numbers, one a layer")

/** The fields of Transformers' BertConfig that decide what is computed, and Winnow's two for ragged widths. */
const bertConfig = type({
	hidden_size: count,
	num_hidden_layers: count,
	num_attention_heads: count,
	intermediate_size: count,
	vocab_size: count,
	max_position_embeddings: count,
	type_vocab_size: count,
	"layer_norm_eps?": type("number > 0").describe("a positive number"),
	"hidden_act?": "string",
	"position_embedding_type?": "string",
	"heads_per_layer?": widths,
	"ffn_per_layer?": widths,
})
type BertConfig = typeof bertConfig.infer

/** BERT and what shares its architecture and names: MiniLM, TinyBERT, ... (Devlin et al. 2019; Transformers' `bert`). */
export const bert: Family = {
	modelType: "bert",
	names: {
		word: "bert.embeddings.word_embeddings",
		position: "bert.embeddings.position_embeddings",
		segment: "bert.embeddings.token_type_embeddings",
		embeddingNorm: "bert.embeddings.LayerNorm",
		layer(index) {
			const layer = `bert.encoder.layer.${index}`
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
		pooler: "bert.pooler.dense",
		classifier: "classifier",
	},
	buffers: new Set(["bert.embeddings.position_ids", "bert.embeddings.token_type_ids"]),
	architecture(config, where) {
		refuseOtherHeads(config, where)
		const bertFields = validated(bertConfig, withoutNulls(config.raw), where)
		refuseOtherPrograms(bertFields, where)
		const layers = bertFields.num_hidden_layers
		return {
			hidden: bertFields.hidden_size,
			headSize: bertFields.hidden_size / bertFields.num_attention_heads,
			heads: widthsOf(bertFields, "heads_per_layer", where) ?? Array(layers).fill(bertFields.num_attention_heads),
			neurons: widthsOf(bertFields, "ffn_per_layer", where) ?? Array(layers).fill(bertFields.intermediate_size),
			vocabulary: bertFields.vocab_size,
			positions: bertFields.max_position_embeddings,
			segments: bertFields.type_vocab_size,
			epsilon: bertFields.layer_norm_eps ?? 1e-12,
		}
	},
}

const head = "BertForSequenceClassification"

function refuseOtherHeads(config: ModelConfig, where: string): void {
	const { architectures, problem_type: problem } = config
	if (config.is_decoder) throw new UnsupportedError(where, `${mustBe("the model", "an encoder", "a decoder")}`)
	if (config.add_cross_attention) {
		throw new UnsupportedError(where, mustBe("the attention", "self-attention only", "with cross-attention"))
	}
	if (!architectures?.includes(head)) {
		throw new UnsupportedError(where, mustBe("architectures", `[${head}]`, `[${architectures?.join(", ") ?? ""}]`))
	}
	if (problem === "multi_label_classification") {
		throw new UnsupportedError(where, mustBe("problem_type", "single_label_classification or regression", problem))
	}
}

/** Another activation or position scheme is refused, never approximated. */
function refuseOtherPrograms(config: BertConfig, where: string): void {
	const { hidden_act: activation = "gelu", position_embedding_type: positions = "absolute" } = config
	if (activation !== "gelu") throw new UnsupportedError(where, mustBe("hidden_act", "gelu", activation))
	if (positions !== "absolute") {
		throw new UnsupportedError(where, mustBe("position_embedding_type", "absolute", positions))
	}
	if (config.hidden_size % config.num_attention_heads !== 0) {
		throw new InvalidInputError(
			where,
			"hidden_size",
			`a multiple of ${config.num_attention_heads} heads`,
			config.hidden_size,
		)
	}
}

function widthsOf(config: BertConfig, field: "heads_per_layer" | "ffn_per_layer", where: string) {
	const list = config[field]
	const layers = config.num_hidden_layers
	if (list !== undefined && list.length !== layers) {
		throw new InvalidInputError(where, field, `a list of ${layers} widths`, `${list.length} of them`)
	}
	return list
}

/** In a config.json null means absent. */
function withoutNulls(raw: object): object {
	return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null))
}
