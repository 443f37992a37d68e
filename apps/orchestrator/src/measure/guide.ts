import { argMax } from "@winnow/glue-eval/metrics"
import type { Logits } from "@winnow/tensor"

/** How far a pruned model is from the dense one, by their logits on the same text. */
export interface Divergence {
	/** Root mean square difference over samples and logits; over tokens and log-probabilities where spans are looked for. */
	readonly rms: number
	/** What is no difference: 1e-3 of the root mean square of what the dense model says, of the same logits or log-probabilities. */
	readonly floor: number
	/** Share of samples whose class (or start or end) is another; null with a single logit, which predicts no class. */
	readonly flipped: number | null
}

/** How two models of a job are compared: by logits, or where their heads find spans by log-probabilities. */
export function divergenceOf({
	subject,
}: {
	readonly subject: { readonly encoder: { readonly architecture: { readonly head: "classification" | "span" } } }
}): (dense: Logits, pruned: Logits) => Divergence {
	return subject.encoder.architecture.head === "span" ? spanDivergence : divergence
}

/**
 *   rms = sqrt(mean over samples and logits of (z_pruned - z_dense)^2)
 *
 * Far less noisy than a change of accuracy: every sample counts, not only those near the border between classes.
 */
export function divergence(dense: Logits, pruned: Logits): Divergence {
	const flips = shareOf(dense, pruned, (before, after) => argMax(before) !== argMax(after))
	return { ...distance(dense, pruned), flipped: (dense[0]?.length ?? 0) > 1 ? flips : null }
}

/**
 * The same of log softmax over a sample's tokens, of starts and of ends apart: what all logits of a sample have in common decides
 * nothing.
 */
export function spanDivergence(dense: Logits, pruned: Logits): Divergence {
	const [before, after] = [dense, pruned].map((logits) => logits.map(logProbabilities))
	const flipped = shareOf(dense, pruned, (z, w) =>
		halves(z).some((half, side) => argMax(half) !== argMax(halves(w)[side]!)),
	)
	return { ...distance(before!, after!), flipped }
}

const halves = (logits: Float32Array) => {
	const middle = logits.length / 2
	return [logits.subarray(0, middle), logits.subarray(middle)]
}

function logProbabilities(logits: Float32Array): Float32Array {
	const sides = halves(logits).map((half) => {
		const most = half.reduce((a, b) => Math.max(a, b))
		const total = Math.log(half.reduce((sum, z) => sum + Math.exp(z - most), 0)) + most
		return half.map((z) => z - total)
	})
	return Float32Array.from(sides.flatMap((side) => [...side]))
}

/** Far below what scores show, and above what rounding to float16 does by itself. */
const shareOfNone = 1e-3

function distance(dense: Logits, pruned: Logits): Pick<Divergence, "rms" | "floor"> {
	let [squares, own, count] = [0, 0, 0]
	for (const [sample, before] of dense.entries()) {
		const after = pruned[sample]!
		for (const [c, z] of before.entries()) {
			squares += (after[c]! - z) ** 2
			own += z ** 2
		}
		count += before.length
	}
	return { rms: Math.sqrt(squares / count), floor: shareOfNone * Math.sqrt(own / count) }
}

function shareOf(dense: Logits, pruned: Logits, holds: (before: Float32Array, after: Float32Array) => boolean): number {
	return dense.filter((before, sample) => holds(before, pruned[sample]!)).length / dense.length
}

/**
 * What the removal curves expect the root mean square difference to be: sqrt(2 loss / logits).
 *
 * Only where `loss` approximates 1/2 ||z - z_dense||^2: curves of `kfac` with loss `logits`, of a model that was pruned once. It
 * counts the best compensation within each sublayer, and neither errors that add up along the way nor those that repair mends.
 */
export function predictedRms(loss: number, logits: number): number {
	return Math.sqrt((2 * loss) / logits)
}
