import { validated } from "@winnow/checkpoint"
import { type } from "arktype"
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
import type { Family } from "./family.ts"

/** The fields of Transformers' DistilBertConfig that decide what is computed, and Winnow's two for ragged widths. */
const distilbertConfig = type({
	dim: count,
	n_layers: layerCount,
	n_heads: count,
	hidden_dim: count,
	vocab_size: count,
	max_position_embeddings: count,
	"activation?": "string",
	"heads_per_layer?": widths,
	"ffn_per_layer?": widths,
})

/**
 * DistilBERT (Sanh et al. 2019; Transformers' `distilbert`): BERT's program without token types and with a classifier whose dense layer
 * ends in ReLU. Positions that were made of sines are stored like learned ones.
 */
export const distilbert: Family = {
	modelType: "distilbert",
	names: {
		word: "distilbert.embeddings.word_embeddings",
		position: "distilbert.embeddings.position_embeddings",
		segment: undefined,
		embeddingNorm: "distilbert.embeddings.LayerNorm",
		layer(index) {
			const layer = `distilbert.transformer.layer.${index}`
			return {
				query: `${layer}.attention.q_lin`,
				key: `${layer}.attention.k_lin`,
				value: `${layer}.attention.v_lin`,
				attentionOutput: `${layer}.attention.out_lin`,
				attentionNorm: `${layer}.sa_layer_norm`,
				ffnInput: `${layer}.ffn.lin1`,
				ffnOutput: `${layer}.ffn.lin2`,
				ffnNorm: `${layer}.output_layer_norm`,
			}
		},
	},
	neuronsField: "hidden_dim",
	layersField: "n_layers",
	heads: [
		{
			architecture: "DistilBertForSequenceClassification",
			kind: "classification",
			pooler: { name: "pre_classifier", activation: "relu" },
			output: "classifier",
		},
		{ architecture: "DistilBertForQuestionAnswering", kind: "span", output: "qa_outputs" },
	],
	buffers: new Set(["distilbert.embeddings.position_ids"]),
	architecture(config, where) {
		const fields = validated(distilbertConfig, withoutNulls(config.raw), where)
		refuseOther(fields, { activation: exactGelu }, where)
		const [hidden, heads, layers] = [fields.dim, fields.n_heads, fields.n_layers]
		refuseUneven("dim", { hidden, heads }, where)
		return {
			hidden,
			headSize: hidden / heads,
			...raggedWidths(fields, { layers, heads, neurons: fields.hidden_dim }, where),
			vocabulary: fields.vocab_size,
			positions: fields.max_position_embeddings,
			firstPosition: 0,
			segments: 0,
			// Of its code, not of its configuration.
			epsilon: 1e-12,
		}
	},
}
