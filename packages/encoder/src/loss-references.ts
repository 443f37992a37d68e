import type { Data } from "@winnow/runtime"
import { InvalidInputError, type Loss, type Sample } from "@winnow/tensor"
import type { Batch } from "./batches.ts"
import { normalFrom, uniformFrom } from "./random.ts"

/**
 * What a loss needs to know of every sample besides its logits, one row a sample:
 *
 * - `task`: a distribution over the classes, or the value of a regression
 * - `logits`: the signs r_c = (-1)^popcount(i AND c) of sample i
 * - `sampled`: the number that its class is drawn with, or the noise of a regression
 *
 * A row depends on the sample's position and the seed alone: batches may be made in any way.
 *
 * @throws {InvalidInputError} when the task loss has no target that the model could have predicted
 */
export function lossReferences(
	samples: readonly Sample[],
	{ loss, logits, seed = 0 }: { readonly loss: Loss; readonly logits: number; readonly seed?: number | undefined },
): readonly Float32Array[] {
	if (loss === "task") return samples.map((sample, index) => targetOf(sample, index, logits))
	if (loss === "logits") return samples.map((_, index) => signsOf(index, logits))
	const draw = logits === 1 ? normalFrom(seed) : uniformFrom(seed)
	return samples.map(() => Float32Array.of(draw()))
}

/** The rows of the samples of one batch, as the graphs read them. */
export function stacked({ samples }: Batch, rows: readonly Float32Array[]): Data {
	const width = rows[samples[0]!]!.length
	const data = new Float32Array(samples.length * width)
	for (const [row, sample] of samples.entries()) data.set(rows[sample]!, row * width)
	return { shape: [samples.length, width], data }
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

/** Rows of a Hadamard matrix: over any whole block of samples, the signs of two logits are orthogonal. */
const signsOf = (index: number, logits: number) =>
	Float32Array.from({ length: logits }, (_, logit) => (isOdd(index & logit) ? -1 : 1))

/** Whether the number of ones among the bits is odd. */
function isOdd(bits: number): boolean {
	let odd = false
	for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd
	return odd
}
