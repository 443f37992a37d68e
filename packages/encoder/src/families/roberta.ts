import { bertArchitecture, bertNames, poolingHead, spanHead, unreadPooler } from "./bert-like.ts"
import type { Family } from "./family.ts"

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
	heads: [
		poolingHead("RobertaForSequenceClassification", {
			pooler: "classifier.dense",
			output: "classifier.out_proj",
			unread: unreadPooler("roberta"),
		}),
		spanHead("roberta", "RobertaForQuestionAnswering"),
	],
	buffers: new Set(["roberta.embeddings.position_ids", "roberta.embeddings.token_type_ids"]),
	architecture(config, where) {
		const { pad_token_id: padding } = config.raw
		const firstPosition = (typeof padding === "number" ? padding : usualPadding) + 1
		return bertArchitecture(config, { where, firstPosition })
	},
}
