import type { RemovalCurve } from "@winnow/tensor"

/**
 * The removal curve of units that count for themselves: in ascending order of their scores, of equals the higher index first, so
 * that the lower is kept. The loss is the running sum; the curve is convex.
 */
export function scoreCurve(scores: Float64Array): RemovalCurve {
	const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]! || b - a)
	const loss = new Float64Array(scores.length + 1)
	for (const [k, unit] of order.entries()) loss[k + 1] = loss[k]! + scores[unit]!
	return { order, loss }
}
