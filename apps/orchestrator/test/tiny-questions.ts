import { tinyWords } from "@winnow/fixtures"

/** Questions in SQuAD's form on random words: contexts of 5 to 90 words, answers of one to three of them. */
export function tinyQuestions(count: number, name: string): object {
	let state = name.length
	const below = (limit: number) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0
		return Math.floor((state / 2 ** 32) * limit)
	}
	const words = (length: number) => Array.from({ length }, () => tinyWords[below(tinyWords.length)]!)
	const paragraphs = Array.from({ length: count }, (_, index) => {
		const inContext = words(5 + below(86))
		const first = below(inContext.length)
		const before = inContext.slice(0, first).join(" ")
		const text = inContext.slice(first, first + 1 + below(3)).join(" ")
		const answer = { text, answer_start: before.length + (first > 0 ? 1 : 0) }
		const qas = [{ id: `${name} ${index}`, question: `${words(3).join(" ")}?`, answers: [answer] }]
		return { context: inContext.join(" "), qas }
	})
	return { version: "1.1", data: [{ title: name, paragraphs }] }
}
