import type { RemovalCurve } from "@winnow/tensor"
import type { LeastLosses } from "./least-losses.ts"

/**
 * Least losses over any curves, by min-plus dynamic programming: one curve after the other joins those before it.
 *
 *   joined_l[k] = min_j joined_(l-1)[k - j] + loss_l[j]
 *
 * `j` units of curve l go; of equal sums the largest j is taken, so that ties fall on the last curve.
 * Cost: O(units^2) time over all curves, O(curves * units) memory.
 */
export function minPlusLosses(curves: readonly RemovalCurve[]): LeastLosses {
	let joined: Float64Array = Float64Array.of(0)
	const choices: Uint32Array[] = []
	for (const { loss } of curves) {
		const next = minPlus(joined, loss)
		joined = next.least
		choices.push(next.choice)
	}
	return {
		loss: joined,
		removals(removed) {
			const counts = new Uint32Array(curves.length)
			let left = removed
			for (let index = curves.length - 1; index >= 0; index--) {
				counts[index] = choices[index]![left]!
				left -= counts[index]!
			}
			return counts
		},
	}
}

/** `least[k]` = min_j before[k - j] + loss[j], and the largest j that attains it. */
function minPlus(before: Float64Array, loss: Float64Array): { least: Float64Array; choice: Uint32Array } {
	const size = before.length + loss.length - 1
	const least = new Float64Array(size)
	const choice = new Uint32Array(size)
	for (let k = 0; k < size; k++) {
		let best = Number.POSITIVE_INFINITY
		let at = 0
		const last = Math.min(k, loss.length - 1)
		for (let j = Math.max(0, k - before.length + 1); j <= last; j++) {
			const sum = before[k - j]! + loss[j]!
			if (sum <= best) {
				best = sum
				at = j
			}
		}
		least[k] = best
		choice[k] = at
	}
	return { least, choice }
}
