import type { Slot, Template } from "./grammar/template.ts"
import { type Domain, type Vocabulary, words } from "./grammar/words.ts"
import { oneOf, type Random } from "./random.ts"
import { type Split, splitOfPair } from "./splits.ts"

export interface Review {
	readonly sentence: string
	/** 0 negative, 1 positive. */
	readonly label: 0 | 1
	/** Text of the template it was made from. */
	readonly template: string
	/** What is judged by which word: "film: the plot|dull". The "it" of a film is not that of a product. */
	readonly pairs: readonly string[]
}

interface Wanted {
	readonly label: 0 | 1
	readonly domain: Domain
	/** Only a subject and a word that belong together in this split are put together. */
	readonly split: Split
}

/** Fills words into a template such that it says what is wanted. No subject occurs twice. */
export function reviewFrom(template: Template, { label, domain, split }: Wanted, random: Random): Review {
	const vocabulary = words[domain]
	const slots = template.parts.filter((part) => typeof part !== "string")
	const subjects = subjectsOf(slots, vocabulary, random)
	const pairs: string[] = []
	const judgement = (slot: Slot, subject: Subject): string => {
		const list = vocabulary.judging[slot.wordClass]![isGood(slot, label, random) ? "good" : "bad"]
		const pairOf = (word: string) => `${domain}: ${subject.word}|${word}`
		const fits = (word: string, position: number) =>
			splitOfPair(subject.position, position) === split && !pairs.includes(pairOf(word))
		const word = oneOf(list.filter(fits), random)
		pairs.push(pairOf(word))
		return word
	}
	const wordFor = (slot: Slot): string => {
		const neutral = vocabulary.neutral[slot.wordClass]
		if (neutral) return oneOf(neutral, random)
		const subject = subjects.get(slot.clause)!
		return vocabulary.subjects[slot.wordClass] ? subject.word : judgement(slot, subject)
	}
	const text = template.parts.map((part) => (typeof part === "string" ? part : wordFor(part))).join("")
	return { sentence: withCapitals(text), label, template: template.text, pairs }
}

interface Subject {
	readonly word: string
	/** In the list of its class. */
	readonly position: number
}

/** What each clause is about. Only the first may be "it": later it would mean what was named before. */
function subjectsOf(slots: readonly Slot[], { subjects }: Vocabulary, random: Random): Map<number, Subject> {
	const drawn = new Map<number, Subject>()
	const named = new Set<string>()
	for (const { wordClass, clause } of slots) {
		const list = subjects[wordClass]
		if (!list) continue
		const word = oneOf(
			list.filter((word) => !named.has(word)),
			random,
		)
		named.add(word).add("it")
		drawn.set(clause, { word, position: list.indexOf(word) })
	}
	return drawn
}

function isGood({ bearing }: Slot, label: 0 | 1, random: Random): boolean {
	if (bearing === 0) return random(2) === 1
	return (label === 1) === (bearing === 1)
}

function withCapitals(text: string): string {
	return text.replace(/(?:^|\. )\p{Ll}/gu, (start) => start.toUpperCase())
}
