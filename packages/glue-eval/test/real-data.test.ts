import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { needs, sharedFile } from "@winnow/testing"
import { contextWindows, loadTokenizer } from "@winnow/tokenizer"
import { describe, expect, test } from "vitest"
import { encodeExamples, parseSampleIndices, readExamples, type Task, taskNamed } from "../src/index.ts"
import { answerTokens, extractAnswer, readQuestions, scoreAnswers, squadTaskNamed } from "../src/squad.ts"

const folders = { sst2: "SST-2", stsb: "STS-B", cola: "CoLA", qnli: "QNLI", mnli: "MNLI" } as const
type Name = keyof typeof folders

const folderOf = (name: Name) => fileURLToPath(sharedFile(`data/glue/${folders[name]}`))
const labelsOf = async (name: Name, split: string) =>
	(await readExamples(taskNamed(name), folderOf(name), { split })).examples.map(({ label }) => label!)
const countOf = (labels: readonly number[], label: number) => labels.filter((other) => other === label).length

describe("files as distributed", needs("shared"), () => {
	test("SST-2 has 67,349 and 872 rows", async () => {
		const train = await labelsOf("sst2", "train")
		expect([train.length, countOf(train, 1)]).toEqual([67_349, 37_569])
		const dev = await labelsOf("sst2", "dev")
		expect([dev.length, countOf(dev, 1)]).toEqual([872, 444])
	})

	test("STS-B has 5,749 and 1,500 rows, scored from 0 to 5", async () => {
		expect(await labelsOf("stsb", "train")).toHaveLength(5749)
		const dev = await labelsOf("stsb", "dev")
		expect([dev.length, Math.min(...dev), Math.max(...dev)]).toEqual([1500, 0, 5])
	})

	test("CoLA has 8,551 and 1,043 rows", async () => {
		const train = await labelsOf("cola", "train")
		expect([train.length, countOf(train, 1)]).toEqual([8551, 6023])
		const dev = await labelsOf("cola", "dev")
		expect([dev.length, countOf(dev, 1)]).toEqual([1043, 721])
	})

	test("QNLI has 5,463 dev rows", async () => {
		const dev = await labelsOf("qnli", "dev")
		expect([dev.length, countOf(dev, 0), countOf(dev, 1)]).toEqual([5463, 2702, 2761])
	})

	test("MNLI's dev set is read from JSON lines", async () => {
		const dev = await labelsOf("mnli", "dev")
		expect([dev.length, ...[0, 1, 2].map((label) => countOf(dev, label))]).toEqual([9815, 3479, 3123, 3213])
	})

	test.each([
		["sst2", 1821],
		["stsb", 1379],
		["cola", 1063],
		["qnli", 5463],
	] as const)("the test file of %s has %i rows and no labels", async (name, rows) => {
		const task = taskNamed(name)
		const { examples } = await readExamples(task, folderOf(name), { split: "test", labels: "none" })
		expect(examples).toHaveLength(rows)
		expect(examples.every(({ row, label }, index) => row === index && label === undefined)).toBe(true)
		await expect(readExamples(task, folderOf(name), { split: "test" })).rejects.toThrow(/one of the columns must be/)
	})

	test.each(["sst2", "stsb"] as const)("the rows that the paper's code drew for %s are read", async (name) => {
		const json = readFileSync(sharedFile(`goldens/kwon2022-${name}/golden.json`), "utf8")
		const rows = (await labelsOf(name, "train")).length
		expect(parseSampleIndices(json, rows, "golden.json")).toHaveLength(2048)
	})
})

describe("with BERT's tokenizer", needs("shared"), () => {
	test.each(Object.keys(folders) as Name[])("the mean dev input of %s is as long as the paper's", async (name) => {
		const task: Task = taskNamed(name)
		const tokenizer = await loadTokenizer(fileURLToPath(sharedFile("models/minilm-sst2")))
		const { examples } = await readExamples(task, folderOf(name), { split: "dev" })
		const samples = encodeExamples(task, examples, tokenizer)
		const tokens = samples.reduce((sum, { ids }) => sum + ids.length, 0)
		// Printed to two places.
		expect(Math.round((tokens / samples.length) * 100) / 100).toBe(task.meanDevLength)
		expect(samples.map(({ target }) => target)).toEqual(examples.map(({ label }) => label))
		expect(samples.every(({ ids, segments }) => segments?.length === ids.length)).toBe(true)
		expect(samples[0]!.segments!.includes(1)).toBe(task.text.length === 2)
	})

	test("windows over SQuAD's contexts hold every answer, and a model that knows its tokens is right", async () => {
		const task = squadTaskNamed("squad")
		const tokenizer = await loadTokenizer(fileURLToPath(sharedFile("models/minilm-squad")))
		const folder = fileURLToPath(sharedFile("data/squad/split"))
		const { questions } = await readQuestions(task, folder, { split: "dev", positions: "searched" })
		const counts = { windows: 0, targets: 0 }
		const predictions = new Map(
			questions.map(({ id, question, context, position }) => {
				const windows = contextWindows(tokenizer, question, context, task).map((encoding) => {
					const window = { ...encoding, context: encoding.sequence }
					const [first, last] = answerTokens(window, position)
					const at = (token: number) => Float32Array.from(encoding.ids, (_, t) => Number(t === token && token > 0))
					return { ...window, first, startLogits: at(first), endLogits: at(last) }
				})
				counts.windows += windows.length
				counts.targets += Number(windows.some(({ first }) => first > 0))
				return [id, extractAnswer(context, windows).text]
			}),
		)
		const { windows } = JSON.parse(readFileSync(sharedFile("models/minilm-squad/eval.json"), "utf8"))
		expect(counts).toEqual({ windows, targets: questions.length })
		// Some answers end within a token, or are longer than an answer may be.
		expect(scoreAnswers(task, questions, predictions).metrics.em).toBeGreaterThan(0.98)
	})
})
