import { readdirSync, readFileSync } from "node:fs"
import { needs, sharedFile } from "@winnow/testing"
import { beforeAll, describe, expect, test } from "vitest"
import { bestThreshold, normalizedAnswer, questionScores, squadReport, squadV2Report } from "../src/metrics.ts"
import { parseSquad, type SquadQuestion } from "../src/squad.ts"
import answers from "./fixtures/answers.json" with { type: "json" }

const json = (path: string) => JSON.parse(readFileSync(sharedFile(`data/squad/${path}`), "utf8"))
const mapOf = <T>(path: string): Map<string, T> => new Map(Object.entries(json(path)))
const filesIn = (folder: string) => readdirSync(sharedFile(`data/squad/${folder}/`))

/** Predictions of the leaderboard that the official scripts scored. */
const predictions = {
	"v1.1": [
		"BERT (ensemble) (Google AI Language).json",
		"Logistic Regression Baseline (Stanford University).json",
		"Match-LSTM with Ans-Ptr (Boundary+Ensemble) (Singapore Management University).json",
		"SLQA+ (ensemble) (Alibaba iDST NLP).json",
		"r-net+ (ensemble) (Microsoft Research Asia).json",
	],
	"v2.0": [
		"BERT (single model) (Google AI Language).json",
		"BiDAF + Self Attention + ELMo (single model) (Allen Institute for Artificial Intelligence [modified by Stanford]).json",
		"nlnet (single model) (Microsoft Research Asia).json",
	],
}
const dev = (version: 1 | 2) => {
	const path = `data/squad/dev-v${version}.${version === 1 ? 1 : 0}.reconstructed.json`
	return parseSquad(readFileSync(sharedFile(path), "utf8"), path, { version })
}

describe("the official scripts agree to the last bit", needs("shared"), () => {
	let golden: Record<string, Record<string, object>>
	let squad: readonly SquadQuestion[]
	let squadV2: readonly SquadQuestion[]
	beforeAll(() => {
		golden = json("golden_scores.json")
		squad = dev(1)
		squadV2 = dev(2)
	})
	const goldenOf = (version: string) => Object.entries(golden).find(([key]) => key.startsWith(version))![1]

	test.each(predictions["v1.1"])("SQuAD 1.1: %s", (file) => {
		const report = squadReport(squad, mapOf(`predictions-v1.1/${file}`))
		expect(report).toEqual(goldenOf("v1.1")[file])
	})

	test.each(predictions["v2.0"])("SQuAD 2.0: %s", (file) => {
		const report = squadV2Report(squadV2, mapOf(`predictions-v2.0/${file}`))
		expect(report).toEqual(goldenOf("v2.0")[file])
	})

	test("SQuAD 2.0: thresholds on null odds", () => {
		const said = mapOf<string>("nstats-bert-squad2/predictions.json")
		const nullOdds = mapOf<number>("nstats-bert-squad2/null_odds.json")
		const expected = goldenOf("v2.0")["nstats-bert-squad2 (with --na-prob-file null_odds.json)"]
		expect(squadV2Report(squadV2, said, { nullOdds })).toEqual(expected)
	})

	test("every golden score is compared", () => {
		const files = [...predictions["v1.1"], ...predictions["v2.0"]]
		expect(files).toEqual(["predictions-v1.1", "predictions-v2.0"].flatMap((folder) => filesIn(folder).sort()))
		const goldens = Object.values(golden).flatMap((scores) => Object.keys(scores))
		expect(goldens.filter((name) => !files.includes(name))).toEqual([
			"nstats-bert-squad2 (with --na-prob-file null_odds.json)",
		])
	})
})

describe("normalised answers", () => {
	test("Python agrees on texts of all kinds of characters", () => {
		expect(answers.map(([text]) => normalizedAnswer(text!))).toEqual(answers.map(([, expected]) => expected))
	})

	test.each([
		["capitals and white space", "  New\tYork \n City", "new york city"],
		["ASCII punctuation, which joins words", "Calvin-Benson's (1950)", "calvinbensons 1950"],
		["other punctuation stays", "“so–called”", "“so–called”"],
		["articles", "The cat, a dog and an owl", "cat dog and owl"],
		["articles within words stay", "theatre banana an1 a_b", "theatre banana an1 ab"],
		["letters of any script are letters", "éa thé the", "éa thé"],
		["a combining mark parts words, as in Python", "a\u0301", "\u0301"],
		["numbers of any script are letters", "a² ²an", "a² ²an"],
		["Python's white space", "x\x1cy\x85z\u00a0u\u3000v", "x y z u v"],
		["a byte order mark is none", "x\ufeffy", "x\ufeffy"],
		["only articles and punctuation", "A the. ...", ""],
		["a final sigma", "ΟΔΟΣ", "οδος"],
	])("%s", (_, text, expected) => {
		expect(normalizedAnswer(text)).toBe(expected)
	})
})

describe("scores of a question", () => {
	const scoreOf = (prediction: string, answers: string[], version: 1 | 2 = 1) => {
		const { exact, f1 } = questionScores([{ id: "q", answers }], new Map([["q", prediction]]), version)
		return [exact[0], f1[0]]
	}

	test("the best of several answers counts, for each score on its own", () => {
		expect(scoreOf("the Rhine", ["Rhine river in Germany", "Rhine"])).toEqual([1, 1])
		expect(scoreOf("Rhine river", ["Rhine", "the long Rhine river"])).toEqual([0, 0.8])
	})

	test("a word counts as often as both have it", () => {
		expect(scoreOf("b b b", ["b b c"])).toEqual([0, 2 / 3])
	})

	test("texts without words match exactly, and have an F1 only in version 2", () => {
		expect(scoreOf("the", ["a"])).toEqual([1, 0])
		expect(scoreOf("", [], 2)).toEqual([1, 1])
		expect(scoreOf("the", ["..."], 2)).toEqual([1, 1])
		expect(scoreOf("Rhine", [], 2)).toEqual([0, 0])
		expect(scoreOf("", ["Rhine", "the"], 2)).toEqual([0, 0])
	})

	test("a missing prediction scores 0 in version 1 and is refused in version 2", () => {
		const questions = [{ id: "q", answers: ["x"] }]
		expect(squadReport(questions, new Map())).toEqual({ exact_match: 0, f1: 0, total: 1, missing: 1 })
		expect(() => squadV2Report(questions, new Map())).toThrow(
			new RangeError("squad: question q: the prediction must be there (was none)"),
		)
	})

	test("no questions, a repeated id and a question without answers in version 1 are refused", () => {
		expect(() => squadReport([], new Map())).toThrow("squad: the questions must be at least 1 (was 0)")
		expect(() => squadReport([{ id: "q", answers: [] }], new Map())).toThrow(
			"squad: question q: the answers must be at least 1 (was 0)",
		)
		const twice = [1, 2].map(() => ({ id: "q", answers: ["x"] }))
		expect(() => squadReport(twice, new Map())).toThrow("squad: question q: the id must be its own (was that of two)")
	})
})

describe("no answer", () => {
	const questions = [
		{ id: "has", answers: ["x"] },
		{ id: "not", answers: [] },
	]
	const predictions = new Map([
		["has", "x"],
		["not", "y"],
	])

	test("groups without questions are left out", () => {
		expect(Object.keys(squadV2Report([questions[0]!], predictions))).toEqual([
			"exact",
			"f1",
			"total",
			"HasAns_exact",
			"HasAns_f1",
			"HasAns_total",
		])
		expect(squadV2Report([questions[1]!], predictions)).not.toHaveProperty("HasAns_total")
	})

	test("null odds above the threshold empty a prediction, equal ones do not", () => {
		const nullOdds = new Map([
			["has", 1],
			["not", 1.5],
		])
		expect(squadV2Report(questions, predictions, { nullOdds }).exact).toBe(100)
		expect(squadV2Report(questions, predictions, { nullOdds, threshold: 0.5 })).toMatchObject({
			HasAns_exact: 0,
			NoAns_exact: 100,
		})
	})

	test("null odds that are missing or no number are refused", () => {
		for (const nullOdds of [
			new Map([["has", 1]]),
			new Map([
				["has", 1],
				["not", Number.NaN],
			]),
		]) {
			expect(() => squadV2Report(questions, predictions, { nullOdds })).toThrow(
				/^squad: question not: the null odds must be a number/,
			)
		}
	})

	test("the best threshold is the best of all that could be chosen", () => {
		let state = 1
		const random = () => (state = (state * 48271) % 2147483647) / 2147483647
		for (let round = 0; round < 100; round++) {
			const asked = Array.from({ length: 8 }, (_, i) => ({ id: `${i}x`, answers: random() < 0.5 ? [] : ["x"] }))
			const said = new Map(asked.map(({ id }) => [id, ["x", "y", ""][Math.floor(3 * random())]!]))
			// All different and none 0: equal odds are let in one by one, which no threshold can do.
			const nullOdds = new Map(asked.map(({ id }, i) => [id, i + 0.5 + Math.floor(10 * random()) * 8]))
			const scores = questionScores(asked, said, 2).exact
			const { score, threshold } = bestThreshold(asked, said, { scores, nullOdds })
			const at = (threshold: number) => squadV2Report(asked, said, { nullOdds, threshold }).exact
			const best = Math.max(...[...nullOdds.values(), -1].map(at))
			expect(score).toBeCloseTo(best, 10)
			expect(at(threshold)).toBeCloseTo(best, 10)
		}
	})
})
