import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@winnow/testing/hub"
import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { type CardFacts, inheritedMetadata, modelCard } from "../src/index.ts"

const folder = temporaryFolder()

async function inheritedFrom(card: string) {
	await writeFile(join(folder(), "README.md"), card)
	return inheritedMetadata(folder())
}

describe("a source's card", () => {
	test("hands on license, base model, data sets and languages, as they stand there", async () => {
		const card = `---
license: other
license_name: mine
license_link: https://example.org/license
language:
  - en
  - no
datasets: [org/reviews]
base_model: org/base
tags: [theirs]
model-index:
  - name: theirs
---
# Theirs
`
		const fields = { license: "other", license_name: "mine", license_link: "https://example.org/license" }
		const lists = { language: ["en", "no"], datasets: ["org/reviews"], base_model: "org/base" }
		expect(await inheritedFrom(card)).toEqual({ ...fields, ...lists })
		expect(await inheritedFrom(card.replaceAll("\n", "\r\n"))).toEqual({ ...fields, ...lists })
		expect(await inheritedFrom("---\nlicense: mit\n---")).toEqual({ license: "mit" })
	})

	test("hands on nothing where there is none, or its metadata is none", async () => {
		expect(await inheritedMetadata(folder())).toEqual({})
		for (const card of [
			"# No metadata\n---\nlicense: mit\n---\n",
			"---\n[license\n---\n",
			"---\nlicense: [1]\nlanguage: {}\n---\n",
			"---\n---\n",
		])
			expect(await inheritedFrom(card)).toEqual({})
	})
})

const facts: CardFacts = {
	name: "sst2, pruned",
	source: { name: "sst2", isOnHub: false },
	transformersClass: "BertForSequenceClassification",
	isSlim: true,
	labels: ["bad", "good"],
	widths: { heads: [2], neurons: [3] },
	bytes: 1e6,
	forms: [{ format: "int8", bytes: 2e5, largest: 0.5, score: 0.91 }],
	io: { inputs: ["input_ids", "attention_mask"], outputs: ["logits"] },
	version: "1.2.3",
	pruning: {
		method: "Pruned.",
		figures: [["accuracy", "0.9300", "0.9200"]],
		evaluation: {
			name: "sst2, 872 inputs of the dev split",
			type: "nyu-mll/glue",
			revision: "abc",
			split: "validation",
			metrics: { accuracy: 0.92, accuracy_mismatched: 0.91, spearman: 0.123456 },
		},
		datasets: ["nyu-mll/glue"],
	},
}

function metadataOf(change: Partial<CardFacts> = {}) {
	return parse(modelCard({ ...facts, ...change }).split("---\n")[1]!, { version: "1.1" })
}

describe("a card's metadata", () => {
	test("has what the source handed on, and the data sets of both", () => {
		const inherited = {
			license: "mit",
			base_model: "org/base",
			datasets: ["org/reviews", "nyu-mll/glue"],
			language: "no",
		}
		expect(metadataOf({ inherited })).toMatchObject({ ...inherited, pipeline_tag: "text-classification" })
		const { license, base_model: base, language } = metadataOf()
		expect([license, base, language]).toEqual([undefined, undefined, undefined])
	})

	test("names the source on the Hub as the base, whatever that was made of", () => {
		const source = { name: "org/sst2", isOnHub: true }
		expect(metadataOf({ source, inherited: { base_model: "org/base" } }).base_model).toBe("org/sst2")
	})

	test("has the scores as the Hub reads them, by its names of metrics", () => {
		const { metrics, "model-index": index } = metadataOf()
		expect(metrics).toEqual(["accuracy", "spearmanr"])
		const dataset = {
			name: "sst2, 872 inputs of the dev split",
			type: "nyu-mll/glue",
			revision: "abc",
			split: "validation",
		}
		const values = [
			{ type: "accuracy", name: "accuracy", value: 0.92 },
			{ type: "accuracy", name: "accuracy_mismatched", value: 0.91 },
			{ type: "spearmanr", name: "spearman", value: 0.1235 },
		]
		const results = [{ task: { type: "text-classification" }, dataset, metrics: values }]
		expect(index).toEqual([{ name: "sst2, pruned", results }])
		const { pruning: _, ...unpruned } = facts
		expect(parse(modelCard(unpruned).split("---\n")[1]!)).not.toHaveProperty("model-index")
	})
})

test("says what forms score, on what, and what they take and give", () => {
	const card = modelCard(facts)
	expect(card).toContain("| onnx/model_quantized.onnx | ONNX with 8-bit weights, for CPUs | 0.2 MB | 5.0e-1 | 0.9100 |")
	expect(card).toContain("The last column is accuracy on sst2, 872 inputs of the dev split.")
	expect(card).toContain("ONNX files take `input_ids`, `attention_mask`, int64 `[batch_size, sequence_length]`")
	expect(card).toContain("give `logits`, float32.")
})
