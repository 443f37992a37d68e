import { validated } from "@winnow/checkpoint"
import { type } from "arktype"
import { bertArchitecture, bertNames, poolingHead, spanHead } from "./bert-like.ts"
import { withoutNulls } from "./config-fields.ts"
import type { Family } from "./family.ts"

const robertaConfig = type({ "pad_token_id?": type("number.integer >= 0").describe("a natural number") })

/** What Transformers takes the padding token's id to be where the configuration does not say. */
const usualPadding = 1

/**
 * RoBERTa (Liu et al. 2019; Transformers' `roberta`): BERT's program and names, but positions are counted from the row behind the
 * padding token's id, and the classifier has its dense layer within.
 */
export const roberta: Family = {
	modelType: "roberta",
	names: bertNames("roberta"),
	neuronsField: "intermediate_size",
	layersField: "num_hidden_layers",
	heads: [
		poolingHead("RobertaForSequenceClassification", {
			pooler: "classifier.dense",
			output: "classifier.out_proj",
		}),
		spanHead("RobertaForQuestionAnswering"),
	],
	buffers: new Set(["roberta.embeddings.position_ids", "roberta.embeddings.token_type_ids"]),
	architecture(config, where) {
		const { pad_token_id: padding = usualPadding } = validated(robertaConfig, withoutNulls(config.raw), where)
		const firstPosition = padding + 1
		return bertArchitecture(config, { where, firstPosition })
	},
}
