import { readFileSync } from "node:fs"
import { needs, sharedFile } from "@winnow/testing"
import { beforeAll, expect, test } from "vitest"
import { loadTokenizer, type Tokenizer } from "../src/index.ts"
import { bertFolder } from "./bert-folder.ts"

let tokenizer: Tokenizer

beforeAll(async () => {
	tokenizer = await loadTokenizer(bertFolder)
})

/** Mean lengths of the dev sets that the paper's code has as constants (QQP, MRPC, RTE and SQuAD are not at hand). */
test.each([
	{ task: "STS-B", texts: () => tsv("STS-B", 7, 8), maxLength: 128, mean: "31.47" },
	{ task: "SST-2", texts: () => tsv("SST-2", 0), maxLength: 64, mean: "25.16" },
	{ task: "QNLI", texts: () => tsv("QNLI", 1, 2), maxLength: 128, mean: "50.97" },
	{ task: "CoLA", texts: () => withoutHeader("CoLA", 3), maxLength: 64, mean: "11.67" },
	{ task: "MNLI", texts: mnli, maxLength: 128, mean: "39.05" },
])("$task inputs are $mean tokens long on average, as in the paper", needs("shared"), ({ texts, maxLength, mean }) => {
	const lengths = texts().map(([text, pair]) => tokenizer.encode(text!, { pair, maxLength }).ids.length)
	expect((lengths.reduce((sum, length) => sum + length, 0) / lengths.length).toFixed(2)).toBe(mean)
})

function tsv(task: string, ...columns: number[]): (string | undefined)[][] {
	return withoutHeader(task, ...columns).slice(1)
}

function withoutHeader(task: string, ...columns: number[]): (string | undefined)[][] {
	const lines = readFileSync(sharedFile(`data/glue/${task}/dev.tsv`), "utf8").split(/\r?\n/)
	return lines.filter((line) => line !== "").map((line) => columns.map((column) => line.split("\t")[column]))
}

function mnli(): (string | undefined)[][] {
	const lines = readFileSync(sharedFile("data/glue/MNLI/dev.jsonl"), "utf8").trim().split("\n")
	return lines.map((line) => JSON.parse(line)).map(({ premise, hypothesis }) => [premise, hypothesis])
}
