import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { dataFiles, reviewsCsv } from "../src/data-files.ts"
import { demoDataFolder } from "../src/demo-folders.ts"
import { domains, words } from "../src/grammar/words.ts"
import type { Review } from "../src/review.ts"
import { reviews } from "../src/reviews.ts"

const splits = ["train", "dev", "test"] as const
const committed = (name: string) => readFileSync(join(demoDataFolder(), name), "utf8")

describe("the files", () => {
	const made = dataFiles()

	it.each(splits.map((split) => `${split}.tsv` as const))("%s is what the generator makes", (name) => {
		expect(made[name] === committed(name)).toBe(true)
	})

	it("examples/reviews/reviews.csv is what the generator makes", () => {
		const file = new URL("../../../examples/reviews/reviews.csv", import.meta.url)
		expect(reviewsCsv() === readFileSync(file, "utf8")).toBe(true)
	})

	it("differ when the seed does", () => {
		expect(dataFiles({ train: 3, dev: 3, test: 3, seed: 2 })).not.toEqual(dataFiles({ train: 3, dev: 3, test: 3 }))
	})

	it.each(["train", "dev"] as const)("%s.tsv is half positive, but for four standard deviations", (split) => {
		const labels = committed(`${split}.tsv`).match(/[01]$/gm)!.map(Number)
		expect(Math.abs(meanOf(labels) - 0.5)).toBeLessThan(2 / Math.sqrt(labels.length))
	})

	it("cannot be labelled by counting good and bad words", () => {
		expect(accuracyOfCounting(reviews("dev", { rows: 1000, seed: 1 }))).toBeLessThan(0.7)
	})
})

describe("the splits", () => {
	// More training rows than train.tsv has, of the seed that the model was trained with.
	const train = reviews("train", { rows: 20_000, seed: 2 })
	const dev = reviews("dev", { rows: 1000, seed: 1 })
	const test = reviews("test", { rows: 700, seed: 1 })

	it.each([
		["sentence", ({ sentence }: Review) => [sentence]],
		["template", ({ template }: Review) => [template]],
		["subject judged by the same word", ({ pairs }: Review) => pairs],
	] as const)("have no %s in common", (_, partsOf) => {
		const [inTrain, inDev, inTest] = [train, dev, test].map((rows) => new Set(rows.flatMap(partsOf)))
		const both = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter((part) => other.has(part))
		expect([both(inDev!, inTrain!), both(inTest!, inTrain!), both(inTest!, inDev!)]).toEqual([[], [], []])
	})

	it("have every judging word in common", () => {
		const [inTrain, inDev] = [train, dev].map((rows) => new Set(rows.flatMap(({ pairs }) => pairs.map(judgingWordOf))))
		expect([...inDev!].filter((word) => !inTrain!.has(word))).toEqual([])
	})
})

/** What anybody gets who counts words and leaves the grammar out; ties are half right. */
function accuracyOfCounting(rows: readonly Review[]): number {
	const judging = domains.flatMap((domain) => Object.values(words[domain].judging))
	const good = new Set(judging.flatMap((both) => both.good))
	const right = rows.map(({ pairs, label }) => {
		const sum = pairs.reduce((sum, pair) => sum + (good.has(judgingWordOf(pair)) ? 1 : -1), 0)
		return sum === 0 ? 0.5 : Number(sum > 0 === (label === 1))
	})
	return meanOf(right)
}

function judgingWordOf(pair: string): string {
	return pair.split("|")[1]!
}

function meanOf(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length
}
