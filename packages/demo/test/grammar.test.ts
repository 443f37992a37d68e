import { describe, expect, it } from "vitest"
import { partsOf } from "../src/grammar/rule-parts.ts"
import { rules } from "../src/grammar/rules.ts"
import { drawTemplate } from "../src/grammar/template.ts"
import { domains, isJudging, words } from "../src/grammar/words.ts"
import { randomFrom } from "../src/random.ts"
import { reviews } from "../src/reviews.ts"
import { handLabelled } from "./hand-labelled.ts"
import { readingsOf } from "./readings.ts"

describe("the grammar", () => {
	it.each(handLabelled.positive)("reads as positive: %s", (sentence) => {
		expect(readingsOf(sentence)).toEqual([1])
	})

	it.each(handLabelled.negative)("reads as negative: %s", (sentence) => {
		expect(readingsOf(sentence)).toEqual([-1])
	})

	it("reads every review that it makes in one way, that of its label", () => {
		for (const split of ["train", "dev", "test"] as const) {
			const rows = reviews(split, { rows: 500, seed: 12 })
			const read = rows.map(({ sentence }) => ({ sentence, readings: readingsOf(sentence) }))
			expect(read).toEqual(rows.map(({ sentence, label }) => ({ sentence, readings: [2 * label - 1] })))
		}
	})

	it("says nothing about what it cannot have made", () => {
		expect(readingsOf("The film was moving")).toEqual([])
		expect(readingsOf("My brother loved the film.")).toEqual([])
	})

	it("gives every clause that judges one subject", () => {
		const random = randomFrom(3)
		for (let drawn = 0; drawn < 2000; drawn++) {
			const slots = drawTemplate(random).parts.filter((part) => typeof part !== "string")
			const clausesWith = (fits: (wordClass: string) => boolean) =>
				slots.filter(({ wordClass }) => fits(wordClass)).map(({ clause }) => clause)
			const subjects = clausesWith((wordClass) => wordClass in words.film.subjects)
			expect(new Set(subjects).size).toBe(subjects.length)
			expect(subjects).toEqual(expect.arrayContaining(clausesWith(isJudging)))
		}
	})
})

describe("the words", () => {
	it.each(domains)("fill every slot of the rules, and are all asked for: %s", (domain) => {
		const parts = Object.values(rules).flatMap((alternatives) => alternatives.flatMap(partsOf))
		const slots = parts.flatMap((part) => (typeof part === "string" ? [] : part.name))
		const { subjects, judging, neutral } = words[domain]
		const filled = Object.keys({ ...rules, ...subjects, ...judging, ...neutral })
		expect(new Set(filled)).toEqual(new Set(["review", ...slots]))
	})

	it("are never good and bad at once", () => {
		const all = domains.flatMap((domain) => Object.values(words[domain].judging))
		const bad = new Set(all.flatMap((both) => both.bad))
		expect(all.flatMap((both) => both.good).filter((word) => bad.has(word))).toEqual([])
	})

	it("are enough in each class for every split to have one with every subject", () => {
		const lists = domains.flatMap((domain) =>
			Object.values(words[domain].judging).flatMap(({ good, bad }) => [good, bad]),
		)
		expect(lists.filter(({ length }) => length % 10 !== 0)).toEqual([])
	})
})
