import { argMax } from "@winnow/glue-eval/metrics"
import type { Logits } from "@winnow/tensor"

/** How far a pruned model is from the dense one, by their logits on the same text. */
export interface Divergence {
	/** Root mean square difference over samples and logits. */
	readonly rms: number
	/** Share of samples whose class, the largest logit, is another; null with a single logit, which predicts no class. */
	readonly flipped: number | null
}

/**
 *   rms = sqrt(mean over samples and logits of (z_pruned - z_dense)^2)
 *
 * Far less noisy than a change of accuracy: every sample counts, not only those near the border between classes.
 */
export function divergence(dense: Logits, pruned: Logits): Divergence {
	const logits = dense[0]?.length ?? 0
	let squares = 0
	let flips = 0
	for (const [sample, before] of dense.entries()) {
		const after = pruned[sample]!
		for (let c = 0; c < logits; c++) squares += (after[c]! - before[c]!) ** 2
		if (argMax(before) !== argMax(after)) flips++
	}
	return {
		rms: Math.sqrt(squares / (dense.length * logits)),
		flipped: logits > 1 ? flips / dense.length : null,
	}
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
