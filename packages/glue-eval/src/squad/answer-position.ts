import type { TextRange } from "./squad-question.ts"

/** A right answer, and where it begins in the context (UTF-16) where that is known. */
export interface Answer {
	readonly text: string
	readonly start?: number | undefined
}

/** Question words count up to so many characters before and after an answer. */
const neighbourhood = 60

/**
 * Where the answer to train on stands: that of the most frequent text, of equally frequent ones the first.
 *
 * Its most frequent beginning, where beginnings are known. Otherwise it is searched for: an occurrence that does not cut a word goes
 * first, then the one with most of the question's words around it, then the first.
 *
 * @returns undefined when the text is not in the context
 * @example
 * answerPosition({ context: "10 men. It had 10 wheels.", question: "How many wheels?" }, [{ text: "10" }]) // => { start: 15, end: 17 }
 */
export function answerPosition(
	{ context, question }: { readonly context: string; readonly question: string },
	answers: readonly Answer[],
): TextRange | undefined {
	const text = mostFrequent(answers.map(({ text }) => text))
	if (text === undefined) return undefined
	const known = answers.filter((answer) => answer.text === text).flatMap(({ start }) => start ?? [])
	const start = mostFrequent(known) ?? likeliest(occurrences(context, text), context, new Set(lowerWords(question)))
	return start === undefined ? undefined : { start, end: start + text.length }
}

/** The first of those that are there most often. */
function mostFrequent<T>(values: readonly T[]): T | undefined {
	const counts = new Map<T, number>()
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
	return best([...counts.keys()], (value) => [counts.get(value)!])
}

function likeliest(ranges: readonly TextRange[], context: string, asked: ReadonlySet<string>): number | undefined {
	return best(ranges, ({ start, end }) => {
		const before = context.slice(Math.max(0, start - neighbourhood), start)
		const after = context.slice(end, end + neighbourhood)
		const around = new Set([...lowerWords(before), ...lowerWords(after)].filter((word) => asked.has(word)))
		const cutsWord = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after)
		return [Number(!cutsWord), around.size]
	})?.start
}

function occurrences(context: string, text: string): TextRange[] {
	const found: TextRange[] = []
	for (let start = context.indexOf(text); start !== -1; start = context.indexOf(text, start + 1)) {
		found.push({ start, end: start + text.length })
	}
	return found
}

function lowerWords(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** The first of the values with the largest ranks, compared in their order. */
function best<T>(values: readonly T[], ranksOf: (value: T) => readonly number[]): T | undefined {
	let found: { value: T; ranks: readonly number[] } | undefined
	for (const value of values) {
		const ranks = ranksOf(value)
		if (found === undefined || isLarger(ranks, found.ranks)) found = { value, ranks }
	}
	return found?.value
}

function isLarger(a: readonly number[], b: readonly number[]): boolean {
	const differing = a.findIndex((rank, index) => rank !== b[index])
	return differing !== -1 && a[differing]! > b[differing]!
}
