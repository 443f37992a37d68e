import { ShapeError } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import { expect, test } from "vitest"
import { encodeExamples, taskNamed } from "../src/index.ts"

/** A word is a token, its id its length; segment 1 is the pair. */
const byWordLength: Pick<Tokenizer, "encode"> = {
	encode(text, { pair, maxLength = 1000 } = {}) {
		const first = text.split(" ")
		const words = [...first, ...(pair === undefined ? [] : pair.split(" "))].slice(0, maxLength)
		return {
			ids: Uint32Array.from(words, (word) => word.length),
			segments: Uint8Array.from(words, (_, index) => Number(index >= first.length)),
			offsets: new Uint32Array(2 * words.length),
			sequence: new Int8Array(words.length),
		}
	},
}

const long = "word ".repeat(200).trim()

test("a text and a pair become ids and segments, the label the target", () => {
	expect(encodeExamples(taskNamed("sst2"), [{ row: 0, text: "so it is", label: 1 }], byWordLength)).toEqual([
		{ ids: Uint32Array.of(2, 2, 2), segments: Uint8Array.of(0, 0, 0), target: 1 },
	])
	expect(encodeExamples(taskNamed("stsb"), [{ row: 0, text: "a man", pair: "two", label: 2.6 }], byWordLength)).toEqual(
		[{ ids: Uint32Array.of(1, 3, 3), segments: Uint8Array.of(0, 0, 1), target: 2.6 }],
	)
})

test("an example without label is a sample without target", () => {
	const [sample] = encodeExamples(taskNamed("sst2"), [{ row: 0, text: "a" }], byWordLength)
	expect(sample).not.toHaveProperty("target")
})

test("inputs are cut to the task's length, or to the one given", () => {
	const lengths = (task: string, options = {}) =>
		encodeExamples(taskNamed(task), [{ row: 0, text: long }], byWordLength, options)[0]!.ids.length
	expect(lengths("sst2")).toBe(64)
	expect(lengths("rte")).toBe(128)
	expect(lengths("sst2", { maxLength: 10 })).toBe(10)
})

test("targets are the model's logits where its labels stand in another order", () => {
	const examples = [0, 1, 2].map((label) => ({ row: label, text: "a", pair: "b", label }))
	const samples = encodeExamples(taskNamed("mnli"), examples, byWordLength, { labelMap: [1, 2, 0] })
	expect(samples.map(({ target }) => target)).toEqual([1, 2, 0])
})

test("scores are not mapped", () => {
	const samples = encodeExamples(taskNamed("stsb"), [{ row: 0, text: "a", pair: "b", label: 0 }], byWordLength, {
		labelMap: [],
	})
	expect(samples[0]!.target).toBe(0)
})

test("a label map of another task is refused", () => {
	expect(() => encodeExamples(taskNamed("mnli"), [], byWordLength, { labelMap: [1, 0] })).toThrow(
		new ShapeError("encodeExamples", "the label map of mnli", "3 long", 2),
	)
})
