import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { InvalidInputError } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
import { describe, expect, test } from "vitest"
import { answerPosition } from "../src/squad/answer-position.ts"
import {
	type ParseSquadOptions,
	parseSquad,
	readQuestions,
	type SquadQuestion,
	squadTaskNamed,
	squadTasks,
} from "../src/squad.ts"
import { dataFolder } from "./data-folder.ts"

const context = "In 1066 the Normans won. They had 1066 ships."
const good = { id: "q1", question: "Who won?", answers: [{ text: "the Normans", answer_start: 8 }] }

const file = (...qas: unknown[]) =>
	JSON.stringify({ version: "1.1", data: [{ title: "t", paragraphs: [{ context, qas }] }] })
const parse = (json: string, options: Partial<ParseSquadOptions> = {}) =>
	parseSquad(json, "dev.json", { version: 1, ...options })
const textOf = ({ context, position }: SquadQuestion) => position && context.slice(position.start, position.end)

function refusal(json: string, options: Partial<ParseSquadOptions> = {}): string {
	try {
		parse(json, options)
	} catch (error) {
		expect(error).toBeInstanceOf(InvalidInputError)
		return (error as Error).message
	}
	throw new Error("nothing was refused")
}

describe("reading", () => {
	test("a question has its context, its answers as texts and a position", () => {
		expect(parse(file(good))).toEqual([
			{ id: "q1", context, question: "Who won?", answers: ["the Normans"], position: { start: 8, end: 19 } },
		])
	})

	test("answer_start counts code points, positions count UTF-16 units", () => {
		const context = "😀😀 Rhine Rhine"
		const qas = [{ id: "q", question: "?", answers: [{ text: "Rhine", answer_start: 9 }] }]
		const [question] = parse(JSON.stringify({ data: [{ paragraphs: [{ context, qas }] }] }))
		expect(question!.position).toEqual({ start: 11, end: 16 })
	})

	test("in version 2 a question may have no answer, and then no position", () => {
		for (const extra of [{}, { is_impossible: true, plausible_answers: [{ text: "x", answer_start: 0 }] }]) {
			expect(parse(file({ id: "q", question: "?", answers: [], ...extra }), { version: 2 })).toEqual([
				{ id: "q", context, question: "?", answers: [] },
			])
		}
	})

	test("answers are not looked at when none are asked for", () => {
		expect(parse(file({ id: "q", question: "?", answers: "hidden" }), { answers: "none" })).toEqual([
			{ id: "q", context, question: "?", answers: [] },
		])
	})

	test("files are found by split, the official name first", async () => {
		const folder = await dataFolder({
			"dev-v1.1.json": file(good),
			"dev.json": "",
			"train.json": `\uFEFF${file(good)}`,
		})
		const dev = await readQuestions(squadTaskNamed("squad"), folder, { split: "dev" })
		expect(dev.file).toMatch(/dev-v1\.1\.json$/)
		expect((await readQuestions(squadTaskNamed("squad"), folder, { split: "train" })).questions).toEqual(dev.questions)
		await expect(readQuestions(squadTaskNamed("squad_v2"), folder, { split: "test" })).rejects.toThrow(
			"the test split of squad_v2 must be test-v2.0.json or test.json or test.parquet or test-00000-of-00001.parquet (was missing)",
		)
	})
})

describe("Parquet, as the Hugging Face data sets have it", () => {
	const folder = fileURLToPath(new URL("fixtures/", import.meta.url))
	const read = (name: string, options: { answers?: "none"; positions?: "searched" } = {}) => {
		const task = { ...squadTaskNamed("squad_v2"), splits: { dev: [`${name}.parquet`] } }
		return readQuestions(task, folder, { split: "dev", ...options })
	}

	test.each(["squad-snappy", "squad-groups"])("%s holds the same questions as JSON would", async (name) => {
		const { questions } = await read(name)
		const cologne = "😀 The Rhine flows through Cologne."
		expect(questions).toEqual([
			{
				id: "a",
				question: "What flows?",
				context: cologne,
				answers: ["The Rhine", "Rhine"],
				position: { start: 3, end: 12 },
			},
			{
				id: "b",
				question: "How many wheels?",
				context: "10 men. It had 10 wheels.",
				answers: ["10"],
				position: { start: 15, end: 17 },
			},
			{ id: "c", question: "What?", context: "Nothing.", answers: [] },
		])
	})

	test("answers are not looked at when none are asked for, and must be there otherwise", async () => {
		const { questions } = await read("squad-snappy", { answers: "none" })
		expect(questions.map(({ answers }) => answers)).toEqual([[], [], []])
		await expect(read("glue-snappy")).rejects.toThrow("glue-snappy.parquet: ")
	})
})

describe("positions", () => {
	const positionOf = (context: string, question: string, ...answers: (string | [string, number])[]) => {
		const list = answers.map((answer) =>
			typeof answer === "string" ? { text: answer } : { text: answer[0], start: answer[1] },
		)
		return answerPosition({ context, question }, list)?.start
	}

	test("the most frequent answer counts, of equally frequent ones the first", () => {
		expect(positionOf("a b c", "?", "b", "c", "c")).toBe(4)
		expect(positionOf("a b c", "?", "c", "b", "b", "c")).toBe(4)
		expect(positionOf("a b c", "?")).toBeUndefined()
		expect(positionOf("a b c", "?", "x")).toBeUndefined()
	})

	test("a known beginning goes before a search, the most frequent one first", () => {
		expect(positionOf("x Rhine x Rhine", "?", ["Rhine", 10])).toBe(10)
		expect(positionOf("x Rhine x Rhine", "?", ["Rhine", 2], ["Rhine", 10], ["Rhine", 10], ["x", 0])).toBe(10)
	})

	test("the occurrence with most question words around it is found", () => {
		const both = `In 1066 the Normans won. ${"- ".repeat(60)}They had 1066 ships.`
		const [year, ships] = [both.indexOf("1066"), both.lastIndexOf("1066")]
		expect(positionOf(both, "How many ships had they?", "1066")).toBe(ships)
		expect(positionOf(both, "When did the Normans win?", "1066")).toBe(year)
		expect(positionOf(both, "How?", "1066")).toBe(year)
	})

	test("a repeated question word counts once, and one far away not at all", () => {
		expect(positionOf(`7 ship ship ship ${"- ".repeat(60)}7 ship sank`, "Which ship sank?", "7")).toBe(137)
		expect(positionOf(`7 ${"- ".repeat(60)}7 ${"- ".repeat(60)}ship`, "Which ship?", "7")).toBe(0)
	})

	test("an occurrence that cuts a word goes last", () => {
		expect(positionOf("Chopin in 1817 at age 7.", "When in 1817?", "7")).toBe(22)
		expect(positionOf("Chopin in 1817", "When?", "7")).toBe(13)
	})

	test(
		"where positions are known the search finds the right one of several oftener than the first",
		needs("shared"),
		() => {
			const json = readFileSync(sharedFile("data/squad/xquad/xquad.en.json"), "utf8")
			const given = parse(json)
			const searched = parse(json, { positions: "searched" })
			expect(searched.map(textOf)).toEqual(given.map(textOf))
			const right = searched.filter(({ position }, i) => position!.start === given[i]!.position!.start)
			const first = given.filter(
				({ context, position }) => context.indexOf(context.slice(position!.start, position!.end)) === position!.start,
			)
			expect([given.length, right.length, first.length]).toEqual([1190, 1165, 1151])
		},
	)
})

describe("refusals", () => {
	const answer = (answer: object) => file(good, { ...good, id: "q2", answers: [answer] })

	test.each([
		[
			"an answer that is not in the context",
			answer({ text: "Saxons" }),
			"the answer must be in the context (was Saxons)",
		],
		["an empty answer", answer({ text: "" }), "the answer must be in the context (was )"],
		[
			"an answer beside its answer_start",
			answer({ text: "the Normans", answer_start: 7 }),
			'answer_start must be where "the Normans" stands in the context (was 7)',
		],
		[
			"an answer_start that is no number",
			answer({ text: "the Normans", answer_start: "8" }),
			'answer_start must be where "the Normans" stands in the context (was 8)',
		],
		["an answer without text", answer({ answer_start: 8 }), "text must be text (was missing)"],
		["no answers", file({ ...good, id: "q2", answers: [] }), "the answers must be at least 1 in SQuAD 1.1 (was 0)"],
		["answers that are no list", file({ ...good, id: "q2", answers: {} }), "answers must be a list (was an object)"],
		["answers that are missing", file({ id: "q2", question: "?" }), "answers must be a list (was missing)"],
		["a question without text", file({ id: "q2", answers: [] }), "question must be text (was missing)"],
		[
			"two questions of one id",
			file({ ...good, id: "q2" }, { ...good, id: "q2" }),
			"the id must be its own (was that of two questions)",
		],
	])("%s, naming the question", (_, json, message) => {
		expect(refusal(json)).toBe(`dev.json question q2: ${message}`)
	})

	test("is_impossible that contradicts the answers", () => {
		expect(refusal(file({ ...good, is_impossible: true }), { version: 2 })).toBe(
			"dev.json question q1: is_impossible must be false with 1 answers (was true)",
		)
		expect(refusal(file({ ...good, answers: [], is_impossible: false }), { version: 2 })).toBe(
			"dev.json question q1: is_impossible must be true with 0 answers (was false)",
		)
	})

	test.each([
		["no JSON", '{"data": [', "dev.json: the text must be JSON (was no JSON)"],
		["no object", "[]", "dev.json: the value must be an object (was a list)"],
		["no data", '{"version": "1.1"}', "dev.json: data must be a list (was missing)"],
		["no questions", file(), "dev.json: questions must be at least 1 (was 0)"],
		["no paragraphs", '{"data": [{}]}', "dev.json data[0]: paragraphs must be a list (was missing)"],
		[
			"no context",
			'{"data": [{"paragraphs": [{"context": null, "qas": []}]}]}',
			"dev.json data[0].paragraphs[0]: context must be text (was null)",
		],
		["no id", file({ ...good, id: 7 }), "dev.json data[0].paragraphs[0].qas[0]: id must be text (was the number 7)"],
		["null", file(null), "dev.json data[0].paragraphs[0].qas[0]: the value must be an object (was null)"],
	])("%s", (_, json, message) => {
		expect(refusal(json)).toBe(message)
	})

	test("an unknown task", () => {
		expect(() => squadTaskNamed("squad2")).toThrow("task: the name must be one of squad, squad_v2 (was squad2)")
		expect(squadTasks.map(({ name }) => squadTaskNamed(name).version)).toEqual([1, 2])
	})
})

describe("files as distributed", needs("shared"), () => {
	test("the split has 8,366 and 2,204 questions, each with a position of its most frequent answer", async () => {
		const folder = fileURLToPath(sharedFile("data/squad/split"))
		for (const [split, count] of [
			["train", 8366],
			["dev", 2204],
		] as const) {
			const { questions } = await readQuestions(squadTaskNamed("squad"), folder, { split, positions: "searched" })
			expect(questions).toHaveLength(count)
			expect(questions.every((question) => question.answers.includes(textOf(question)!))).toBe(true)
		}
	})

	test("SQuAD 2.0 has 11,873 dev questions, 5,945 without answer", () => {
		const json = readFileSync(sharedFile("data/squad/dev-v2.0.reconstructed.json"), "utf8")
		const questions = parse(json, { version: 2 })
		expect([questions.length, questions.filter(({ position }) => position === undefined).length]).toEqual([
			11_873, 5945,
		])
	})
})

test("text of Parquet that is not UTF-8 is refused with its row", async () => {
	const bytes = readFileSync(new URL("fixtures/squad-latin1.parquet", import.meta.url))
	const folder = await dataFolder({ "dev.parquet": bytes })
	await expect(readQuestions(squadTaskNamed("squad"), folder, { split: "dev" })).rejects.toThrow(
		/dev\.parquet row 1: the column context must be UTF-8 \(was another encoding\)$/,
	)
})
