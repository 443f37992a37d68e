import type { Sample } from "@winnow/tensor"
import type { Encoding, Tokens } from "@winnow/tokenizer"
import { expect, test } from "vitest"
import {
	answersChangeInterval,
	encodeQuestions,
	evaluateQuestions,
	type SquadQuestion,
	squadTaskNamed,
} from "../src/squad.ts"

/** A word is a token, its length the id; special tokens are 100 and 101. */
const tokenizer = {
	truncationSide: "right" as const,
	tokenize(text: string): Tokens {
		const words = [...text.matchAll(/\S+/g)]
		return {
			ids: Uint32Array.from(words, ([word]) => word.length),
			offsets: Uint32Array.from(words.flatMap(({ 0: word, index }) => [index, index + word.length])),
		}
	},
	withSpecialTokens(
		first: Tokens,
		second: Tokens = { ids: new Uint32Array(0), offsets: new Uint32Array(0) },
	): Encoding {
		const [a, b] = [first.ids.length, second.ids.length]
		return {
			ids: Uint32Array.of(100, ...first.ids, 101, ...second.ids, 101),
			segments: Uint8Array.from({ length: a + b + 3 }, (_, i) => (i < a + 2 ? 0 : 1)),
			offsets: Uint32Array.of(0, 0, ...first.offsets, 0, 0, ...second.offsets, 0, 0),
			sequence: Int8Array.from({ length: a + b + 3 }, (_, i) => {
				if (i > 0 && i <= a) return 0
				return i > a + 1 && i < a + b + 2 ? 1 : -1
			}),
		}
	},
}

const context = "one two three four five six seven eight nine ten"
const asked = (id: string, answer: string | undefined): SquadQuestion => ({
	id,
	question: " which number ?",
	context,
	answers: answer === undefined ? [] : [answer],
	...(answer === undefined
		? {}
		: { position: { start: context.indexOf(answer), end: context.indexOf(answer) + answer.length } }),
})

/** Finds the words of these starts and ends in whichever window has them; nothing is best at [CLS]. */
function finding(words: ReadonlyMap<number, readonly [start: string, end: string]>, windows: readonly Encoding[]) {
	let next = 0
	return {
		logits: async (samples: readonly Sample[]) =>
			samples.map(({ ids }) => {
				const encoding = windows[next]!
				const wanted = words.get(next++)
				const logits = new Float32Array(2 * ids.length).fill(-5)
				for (const side of [0, 1]) {
					const word = wanted?.[side]
					const token = encoding.ids.findIndex((_, i) => {
						const [from, to] = encoding.offsets.slice(2 * i, 2 * i + 2)
						return encoding.sequence[i] === 1 && context.slice(from, to) === word
					})
					logits[side * ids.length + Math.max(0, token)] = 5
				}
				return logits
			}),
	}
}

test("windows overlap, and those that do not hold the answer point at the first token", () => {
	const options = { maxLength: 12, stride: 2 }
	const [encoded] = encodeQuestions(squadTaskNamed("squad"), [asked("q", "seven eight")], tokenizer, options)
	// 12 less 3 special tokens and 3 of the question: 6 words of the context, 4 further in the next window.
	const shown = encoded!.windows.map(({ encoding }) =>
		context.slice(encoding.offsets[2 * 5], encoding.offsets[2 * (encoding.ids.length - 2) + 1]),
	)
	expect(shown).toEqual(["one two three four five six", "five six seven eight nine ten"])
	expect(encoded!.windows.map(({ sample }) => sample.target)).toEqual([
		[0, 0],
		[7, 8],
	])
	const [unlabelled] = encodeQuestions(squadTaskNamed("squad"), [asked("q", "seven")], tokenizer, { labelled: false })
	expect(unlabelled!.windows[0]!.sample).not.toHaveProperty("target")
})

test("answers are taken from the window that is surest, and scored", async () => {
	const task = squadTaskNamed("squad")
	const questions = [asked("a", "seven eight"), asked("b", "two")]
	const encoded = encodeQuestions(task, questions, tokenizer, { maxLength: 12, stride: 2 })
	const windows = encoded.flatMap((each) => each.windows.map(({ encoding }) => encoding))
	const model = finding(
		new Map([
			[1, ["seven", "eight"]],
			[2, ["two", "three"]],
		]),
		windows,
	)
	const { answers, metrics, main, logits } = await evaluateQuestions(model, task, encoded)
	expect([...answers]).toEqual([
		["a", "seven eight"],
		["b", "two three"],
	])
	expect(logits).toHaveLength(4)
	expect(metrics).toEqual({ f1: (1 + 2 / 3) / 2, em: 0.5 })
	expect(main).toBe(metrics.f1)
})

test("in SQuAD 2.0 nothing may be the answer, and thresholds are tried", async () => {
	const task = squadTaskNamed("squad_v2")
	const questions = [asked("a", "seven"), asked("b", undefined)]
	const encoded = encodeQuestions(task, questions, tokenizer)
	const windows = encoded.flatMap((each) => each.windows.map(({ encoding }) => encoding))
	const { answers, nullOdds, metrics } = await evaluateQuestions(
		finding(new Map([[0, ["seven", "seven"]]]), windows),
		task,
		encoded,
	)
	expect([...answers.values()]).toEqual(["seven", ""])
	expect(nullOdds.get("a")).toBe(-20)
	expect(metrics).toMatchObject({ f1: 1, em: 1, f1_has_answer: 1, em_no_answer: 1, f1_best: 1, em_best: 1 })
	expect(metrics.f1_best_threshold).toBeLessThan(20)
})

test("the change of F1 comes with an interval over questions, the same in every run", () => {
	const task = squadTaskNamed("squad")
	const questions = Array.from({ length: 40 }, (_, index) => asked(String(index), "seven eight"))
	const of = (text: (index: number) => string) => new Map(questions.map(({ id }, index) => [id, text(index)]))
	const before = of(() => "seven eight")
	const after = of((index) => (index % 4 === 0 ? "nine" : "seven eight"))
	const interval = answersChangeInterval(task, questions, { before, after })
	expect(interval.change).toBeCloseTo(-0.25, 12)
	expect(interval.low).toBeGreaterThan(-0.45)
	expect(interval.low).toBeLessThan(-0.3)
	expect(interval.high).toBeLessThan(-0.1)
	expect(answersChangeInterval(task, questions, { before, after })).toEqual(interval)
	expect(answersChangeInterval(task, questions, { before, after: before })).toEqual({ change: 0, low: 0, high: 0 })
})

test("a question that leaves no room to its context is named by file and id", () => {
	const question = { ...asked("q 1", "two"), question: "a question of far too many words" }
	const options = { maxLength: 12, stride: 2, file: "dev-v1.1.json" }
	expect(() => encodeQuestions(squadTaskNamed("squad"), [asked("q", "two"), question], tokenizer, options)).toThrow(
		"dev-v1.1.json question q 1: the question must be of at most 6 tokens, so that windows of the context move on (was 7)",
	)
	const long = { ...question, id: "id".repeat(500) }
	expect(() => encodeQuestions(squadTaskNamed("squad"), [long], tokenizer, { ...options, file: undefined })).toThrow(
		/^squad question (id){98}i\.\.\.: the question must/,
	)
})
