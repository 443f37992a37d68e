import { bertArchitecture, bertNames, poolingHead, spanHead } from "./bert-like.ts"
import type { Family } from "./family.ts"

/** BERT and what shares its architecture and names: MiniLM, TinyBERT, ... (Devlin et al. 2019; Transformers' `bert`). */
export const bert: Family = {
	modelType: "bert",
	names: bertNames("bert"),
	neuronsField: "intermediate_size",
	layersField: "num_hidden_layers",
	heads: [
		poolingHead("BertForSequenceClassification", { pooler: "bert.pooler.dense", output: "classifier" }),
		spanHead("BertForQuestionAnswering"),
	],
	buffers: new Set(["bert.embeddings.position_ids", "bert.embeddings.token_type_ids"]),
	architecture: (config, where) => bertArchitecture(config, { where, firstPosition: 0 }),
}
