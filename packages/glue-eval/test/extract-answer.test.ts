import { InvalidInputError, ShapeError } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { answerTokens, extractAnswer, type ScoredWindow, scoreAnswers, squadTaskNamed } from "../src/squad.ts"

const context = "The 😀 Rhine is a river, 1,230 km long."
/** [CLS] q [SEP] context [SEP]: a token is a run of letters and digits or one other character. */
const tokens = [...context.matchAll(/[\p{L}\p{N}]+|[^\s]/gu)].map(({ index, 0: text }) => [index, index + text.length])
const special = [0, 0]

/** A window over context tokens [from, to), with logits for the context tokens named and 0 elsewhere. */
function windowOf(
	[from, to]: readonly [number, number],
	starts: Readonly<Record<number, number>>,
	ends: Readonly<Record<number, number>>,
	[nullStart, nullEnd] = [0, 0],
): ScoredWindow {
	const length = to - from + 4
	const logits = (values: Readonly<Record<number, number>>, first: number) =>
		Float32Array.from({ length }, (_, token) => (token === 0 ? first : (values[from + token - 3] ?? -10)))
	return {
		offsets: Uint32Array.from([special, special, special, ...tokens.slice(from, to), special].flat()),
		context: { start: 3, end: length - 1 },
		startLogits: logits(starts, nullStart),
		endLogits: logits(ends, nullEnd),
	}
}
const all = [0, tokens.length] as const
const wordAt = (token: number) => context.slice(...(tokens[token]! as [number, number]))

describe("one window", () => {
	test("the text goes from the first token's first to the last token's last character", () => {
		expect(wordAt(2)).toBe("Rhine")
		const { text, spans } = extractAnswer(context, [windowOf(all, { 2: 3 }, { 5: 4 })])
		expect(text).toBe("Rhine is a river")
		expect(spans[0]).toEqual({ start: 7, end: 23, text, score: 7 })
	})

	test("question and special tokens are no answers, however large their logits", () => {
		const window = windowOf(all, { 2: 3 }, { 2: 3 }, [100, 100])
		for (const token of [1, 2, window.startLogits.length - 1]) {
			;(window.startLogits as Float32Array)[token] = 90
			;(window.endLogits as Float32Array)[token] = 90
		}
		expect(extractAnswer(context, [window]).text).toBe("Rhine")
	})

	test("a mark a token says the same as a range", () => {
		const window = windowOf(all, { 2: 3, 5: 1 }, { 3: 2, 1: 9 })
		const mask = Array.from({ length: window.offsets.length / 2 }, (_, t) => t >= 3 && t < tokens.length + 3)
		const byRange = extractAnswer(context, [window])
		expect(extractAnswer(context, [{ ...window, context: mask }])).toEqual(byRange)
		expect(extractAnswer(context, [{ ...window, context: Uint8Array.from(mask, Number) }])).toEqual(byRange)
		const sequence = Int8Array.from(mask, (isContext, token) => (isContext ? 1 : token === 1 ? 0 : -1))
		expect(extractAnswer(context, [{ ...window, context: sequence }])).toEqual(byRange)
	})

	test("a span does not end before it starts and is not longer than allowed", () => {
		expect(extractAnswer(context, [windowOf(all, { 5: 9, 1: 1 }, { 2: 9 })]).text).toBe("😀 Rhine")
		const long = windowOf(all, { 0: 9, 4: 1 }, { 5: 9 })
		expect(extractAnswer(context, [long], { maxTokens: 6 }).spans[0]!.score).toBe(18)
		expect(extractAnswer(context, [long], { maxTokens: 5 }).spans[0]!.score).toBe(10)
	})

	test("only so many of the best starts and ends are paired", () => {
		const window = windowOf(all, { 8: 5, 2: 4 }, { 0: 5, 3: 4 })
		expect(extractAnswer(context, [window], { candidates: 2 }).text).toBe("Rhine is")
		expect(extractAnswer(context, [window], { candidates: 1 })).toEqual({
			text: "",
			spans: [],
			nullScore: 0,
			nullOdds: Number.POSITIVE_INFINITY,
		})
	})

	test("of equal spans the earliest is taken", () => {
		expect(extractAnswer(context, [windowOf(all, { 2: 1, 4: 1 }, { 2: 1, 5: 1 })]).text).toBe("Rhine")
	})
})

describe("several windows", () => {
	const windows = [
		windowOf([0, 6], { 2: 3 }, { 3: 3 }, [1, 2]),
		windowOf([3, tokens.length], { 5: 5 }, { 5: 2 }, [0.5, 2]),
	]

	test("the best over all windows is taken", () => {
		expect(extractAnswer(context, windows).text).toBe("river")
		expect(extractAnswer(context, windows.toReversed()).text).toBe("river")
	})

	test("a stretch that several windows hold is reported once, at its best score", () => {
		const twice = [windowOf([0, 6], { 4: 1 }, { 5: 1 }), windowOf([3, 8], { 4: 2 }, { 5: 2 })]
		const found = extractAnswer(context, twice).spans.filter(({ text }) => text === "a river")
		expect(found.map(({ score }) => score)).toEqual([4])
	})

	test("the null score is the least over the windows", () => {
		const { nullScore, nullOdds } = extractAnswer(context, windows)
		expect([nullScore, nullOdds]).toEqual([2.5, 2.5 - 7])
	})

	test("the answer is empty where the null odds are above the threshold, the spans stay", () => {
		expect(extractAnswer(context, windows, { nullThreshold: -4.5 }).text).toBe("river")
		const { text, spans } = extractAnswer(context, windows, { nullThreshold: -4.6 })
		expect([text, spans[0]!.text]).toEqual(["", "river"])
	})

	test("brute force over all pairs finds the same spans in the same order", () => {
		const logit = fc.integer({ min: -20, max: 20 }).map((n) => n / 4)
		const case_ = fc.record({
			cuts: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 6, max: tokens.length })), { minLength: 1, maxLength: 3 }),
			values: fc.array(logit, { minLength: 80, maxLength: 80 }),
			maxTokens: fc.integer({ min: 1, max: 6 }),
			candidates: fc.constantFrom(2, 5, 100),
		})
		fc.assert(
			fc.property(case_, ({ cuts, values, maxTokens, candidates }) => {
				const windows = cuts.map(([from, to], w) => {
					const pick = (shift: number) =>
						Object.fromEntries(tokens.map((_, t) => [t, values[(t * 3 + w * 7 + shift) % values.length]!]))
					return windowOf([from, to], pick(0), pick(40))
				})
				const { spans } = extractAnswer(context, windows, { candidates, maxTokens, nBest: 1e6 })
				expect(spans.map(({ start, end, score }) => [start, end, score])).toEqual(
					bruteForce(windows, { candidates, maxTokens }),
				)
			}),
			{ seed: 5, numRuns: 100 },
		)
	})
})

/** A token is among the best when fewer than so many others are better, or as good and earlier. */
function bruteForce(windows: readonly ScoredWindow[], { candidates = 20, maxTokens = 30 }): number[][] {
	const best = new Map<string, number[]>()
	for (const { offsets, context, startLogits, endLogits } of windows) {
		const { start, end } = context as { start: number; end: number }
		const isBest = (logits: ArrayLike<number>, token: number) => {
			let ahead = 0
			for (let t = start; t < end; t++)
				if (logits[t]! > logits[token]! || (logits[t] === logits[token] && t < token)) ahead++
			return ahead < candidates
		}
		for (let i = start; i < end; i++) {
			for (let j = i; j < Math.min(end, i + maxTokens); j++) {
				if (!isBest(startLogits, i) || !isBest(endLogits, j)) continue
				const span = [offsets[2 * i]!, offsets[2 * j + 1]!, startLogits[i]! + endLogits[j]!]
				const key = span.slice(0, 2).join()
				if (span[2]! > (best.get(key)?.[2] ?? Number.NEGATIVE_INFINITY)) best.set(key, span)
			}
		}
	}
	return [...best.values()].sort((a, b) => b[2]! - a[2]! || a[0]! - b[0]! || a[1]! - b[1]!)
}

describe("refusals", () => {
	test("no window, and logits that are not as many as tokens", () => {
		expect(() => extractAnswer(context, [])).toThrow(new ShapeError("extractAnswer", "windows", "at least 1", 0))
		const window = { ...windowOf(all, {}, {}), endLogits: [1, 2] }
		expect(() => extractAnswer(context, [window])).toThrow(/one a token \(was \d+ and 2\)$/)
		const empty = { offsets: [], context: [], startLogits: [], endLogits: [] }
		expect(() => extractAnswer(context, [empty])).toThrow(ShapeError)
	})

	test("logits that are no numbers", () => {
		for (const broken of [Number.NaN, Number.POSITIVE_INFINITY]) {
			expect(() => extractAnswer(context, [windowOf(all, { 2: broken }, {})])).toThrow(
				new InvalidInputError("extractAnswer", "the logit of token 5", "finite", broken),
			)
			expect(() => extractAnswer(context, [windowOf(all, {}, {}, [0, broken])])).toThrow(/the logit of token 0/)
		}
	})
})

describe("targets", () => {
	const position = (text: string) => ({ start: context.indexOf(text), end: context.indexOf(text) + text.length })
	const window = windowOf([2, 7], {}, {})

	test("an answer's tokens are those that it touches", () => {
		expect(answerTokens(window, position("Rhine is"))).toEqual([3, 4])
		expect(answerTokens(window, position("ive"))).toEqual([6, 6])
		expect(answerTokens(window, position("river,"))).toEqual([6, 7])
	})

	test("an answer that is not wholly in the window is at token 0, and so is none", () => {
		for (const range of [position("😀 Rhine"), position("river, 1"), position("long"), undefined]) {
			expect(answerTokens(window, range)).toEqual([0, 0])
		}
		expect(answerTokens({ ...window, context: [] }, position("Rhine"))).toEqual([0, 0])
	})

	test("the target of a window answers its question", () => {
		const range = position("a river")
		const [first, last] = answerTokens(window, range)
		const at = (token: number) => Array.from({ length: window.offsets.length / 2 }, (_, t) => Number(t === token))
		const { text } = extractAnswer(context, [{ ...window, startLogits: at(first), endLogits: at(last) }])
		expect(text).toBe("a river")
	})
})

test("answers are scored from 0 to 1, F1 first", () => {
	const questions = [
		{ id: "a", answers: ["the Rhine"] },
		{ id: "b", answers: ["1,230 km"] },
	]
	const predictions = new Map([
		["a", "Rhine"],
		["b", "1,230 km long"],
	])
	expect(scoreAnswers(squadTaskNamed("squad"), questions, predictions)).toEqual({
		main: 0.9,
		metrics: { f1: 0.9, em: 0.5 },
	})
	expect(() => scoreAnswers(squadTaskNamed("squad"), [], predictions)).toThrow(RangeError)
})
