import { oneOf, type Random } from "../random.ts"
import { type Bearing, marks, partsOf } from "./rule-parts.ts"
import { rules } from "./rules.ts"
import { isJudging } from "./words.ts"

/** A place for a word. */
export interface Slot {
	readonly wordClass: string
	/** How it bears on the whole review. Words that judge nothing have 1. */
	readonly bearing: Bearing
	/** Number of the clause it is in: a clause's words are about the clause's subject. */
	readonly clause: number
}

/** A review without its words. */
export interface Template {
	readonly parts: readonly (string | Slot)[]
	/** What templates are told apart by: its text, slots open, as in "although {topic} {-affected}, I {liked} {topic}." */
	readonly text: string
}

/** Draws a template: applies rules of the grammar, from `review` down, until only classes of words are left. */
export function drawTemplate(random: Random): Template {
	let clauses = 0
	const expanded = (rule: string, bearing: Bearing): (string | Slot)[] => {
		const clause = clauses++
		return partsOf(rule).flatMap((part) => {
			if (typeof part === "string") return [part]
			const inWhole = times(bearing, part.bearing)
			const alternatives = rules[part.name]
			if (alternatives) return expanded(oneOf(alternatives, random), inWhole)
			return [{ wordClass: part.name, bearing: isJudging(part.name) ? inWhole : 1, clause }]
		})
	}
	const parts = expanded("{review}", 1)
	return { parts, text: parts.map(textOf).join("") }
}

function times(a: Bearing, b: Bearing): Bearing {
	return a === 0 || b === 0 ? 0 : a === b ? 1 : -1
}

function textOf(part: string | Slot): string {
	return typeof part === "string" ? part : `{${marks[part.bearing]}${part.wordClass}}`
}
