import type { RemovalCurve } from "@winnow/tensor"
import type { LeastLosses } from "./least-losses.ts"

/**
 * Least losses over convex curves: remove, one at a time, whatever adds least to the loss; of equals, from the last curve.
 *
 * What a removal adds is known to the rounding of the running sums only. Increments that differ by less than that are
 * equals, so the rounding never decides between two scores that are the same. Each step then adds at most that rounding
 * more than the least it could: the losses are the least ones as far as the curves can tell.
 *
 * Cost: O(curves * units) time, O(units) memory.
 */
export function greedyLosses(curves: readonly RemovalCurve[]): LeastLosses {
	const units = curves.reduce((sum, { order }) => sum + order.length, 0)
	const taken = new Uint32Array(curves.length)
	const source = new Uint32Array(units)
	const loss = new Float64Array(units + 1)
	for (let k = 0; k < units; k++) {
		const next = cheapestNext(curves, taken)
		loss[k + 1] = loss[k]! + increment(curves[next]!.loss, taken[next]!)
		source[k] = next
		taken[next]!++
	}
	return {
		loss,
		removals(removed) {
			const counts = new Uint32Array(curves.length)
			for (const curve of source.subarray(0, removed)) counts[curve]!++
			return counts
		},
	}
}

/** Whether each unit costs at least as much as the one before, but for the rounding of the running sum. */
export function isConvex({ loss }: RemovalCurve): boolean {
	for (let k = 1; k < loss.length - 1; k++) {
		if (increment(loss, k) < increment(loss, k - 1) - rounding(loss, k) - rounding(loss, k - 1)) return false
	}
	return true
}

function cheapestNext(curves: readonly RemovalCurve[], taken: Uint32Array): number {
	// The largest that the least increment can be by rounding: whatever may lie below it is an equal.
	let highest = Number.POSITIVE_INFINITY
	for (const [index, { order, loss }] of curves.entries()) {
		const k = taken[index]!
		if (k < order.length) highest = Math.min(highest, increment(loss, k) + rounding(loss, k))
	}
	return curves.findLastIndex(({ order, loss }, index) => {
		const k = taken[index]!
		return k < order.length && increment(loss, k) - rounding(loss, k) <= highest
	})
}

function increment(loss: Float64Array, removed: number): number {
	return loss[removed + 1]! - loss[removed]!
}

/** How far an increment may be from the score that was added: half a last place for the sum, half for the difference. */
function rounding(loss: Float64Array, removed: number): number {
	return 2 ** -52 * Math.abs(loss[removed + 1]!)
}
