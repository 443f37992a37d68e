import type { Data } from "@winnow/runtime"
import { InvalidInputError, type Loss, type Sample } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"
import type { Batch } from "./batches.ts"
import { squares } from "./loss-value.ts"
import { normalFrom, uniformFrom } from "./random.ts"

interface LossOfHead extends Pick<Architecture, "head" | "logits"> {
	readonly loss: Loss
}

/**
 * What a loss needs to know of every sample besides its logits, one row a sample:
 *
 * - `task`: a distribution over the classes, or over the tokens for a span's start and then for its end, or the value of a regression
 * - `logits`: the signs r_c = (-1)^popcount(i AND c) of sample i
 * - `sampled`: the numbers that its class, or its start and its end, are drawn with, or the noise of a regression
 *
 * A row depends on the sample's position and the seed alone: batches may be made in any way.
 *
 * @throws {InvalidInputError} when the task loss has no target that the model could have predicted
 */
export function lossReferences(
	samples: readonly Sample[],
	{ loss, head, logits, seed = 0 }: LossOfHead & { readonly seed?: number | undefined },
): readonly Float32Array[] {
	const isSpan = head === "span"
	if (loss === "task") {
		return samples.map((sample, index) => (isSpan ? spanOf(sample, index) : targetOf(sample, index, logits)))
	}
	if (loss === "logits") return samples.map(({ ids }, index) => signsOf(index, isSpan ? 2 * ids.length : logits))
	const draw = logits === 1 ? normalFrom(seed) : uniformFrom(seed)
	// Behind the last token is padding, which rounding of the sum before it must not let be drawn.
	const below = 1 - 1e-5
	return samples.map(() => (isSpan ? Float32Array.of(below * draw(), below * draw()) : Float32Array.of(draw())))
}

/** What the graphs of a loss are fed for one batch, besides tokens: see `lossInputs`. */
export function lossFeeds(
	{ loss, head }: LossOfHead,
	batch: Batch,
	rows: readonly Float32Array[],
): Readonly<Record<string, Data>> {
	if (head === "classification") return { reference: stacked(batch, rows, [rows[batch.samples[0]!]!.length]) }
	const { length } = batch
	if (loss !== "sampled") return { reference: stacked(batch, rows, [2, length]) }
	const { running, steps } = squares(length)
	const square = (data: Float32Array): Data => ({ shape: [length, length], data })
	return { reference: stacked(batch, rows, [2, 1]), running: square(running), steps: square(steps) }
}

/** The rows of the samples of one batch as `[batch, ...shape]`; a shorter row's parts, along the first axis, end in zeros. */
function stacked({ samples }: Batch, rows: readonly Float32Array[], shape: readonly number[]): Data {
	const width = shape.at(-1)!
	const parts = shape.length === 1 ? 1 : shape[0]!
	const data = new Float32Array(samples.length * parts * width)
	for (const [index, sample] of samples.entries()) {
		const row = rows[sample]!
		const own = row.length / parts
		for (let part = 0; part < parts; part++) {
			data.set(row.subarray(part * own, (part + 1) * own), (index * parts + part) * width)
		}
	}
	return { shape: [samples.length, ...shape], data }
}

/** A distribution over the classes, or the value itself. */
function targetOf({ target }: Sample, index: number, logits: number): Float32Array {
	const isClass =
		typeof target === "number" && (logits === 1 || (Number.isInteger(target) && target >= 0 && target < logits))
	if (!isClass) {
		const expected = logits === 1 ? "a number" : `a class below ${logits}`
		throw new InvalidInputError(`sample ${index}`, "the target of the task loss", expected, target)
	}
	if (logits === 1) return Float32Array.of(target)
	return new Float32Array(logits).fill(1, target, target + 1)
}

/** Start and end, each as a distribution over the sample's tokens. */
function spanOf({ ids, target }: Sample, index: number): Float32Array {
	const isToken = (position: unknown) =>
		Number.isInteger(position) && Number(position) >= 0 && Number(position) < ids.length
	if (!Array.isArray(target) || target.length !== 2 || !target.every(isToken)) {
		const expected = `the answer's first and last token, below ${ids.length}`
		throw new InvalidInputError(`sample ${index}`, "the target of the task loss", expected, target)
	}
	const [start, end] = target as unknown as readonly [number, number]
	const row = new Float32Array(2 * ids.length)
	row[start] = 1
	row[ids.length + end] = 1
	return row
}

/** Rows of a Hadamard matrix: over any whole block of samples, the signs of two logits are orthogonal. */
const signsOf = (index: number, logits: number) =>
	Float32Array.from({ length: logits }, (_, logit) => (isOdd(index & logit) ? -1 : 1))

/** Whether the number of ones among the bits is odd. */
function isOdd(bits: number): boolean {
	let odd = false
	for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd
	return odd
}
