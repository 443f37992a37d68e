import type { RemovalCurve } from "@winnow/tensor"
import { curveBeginning } from "./curve-beginning.ts"
import { greedyLosses } from "./greedy-losses.ts"
import type { SublayerKind } from "./sublayer-kind.ts"

/** One kind of sublayers of which some are gone, and the units that can be bought for the others. */
export interface DroppedSublayers {
	/** What the first T units of the sublayers that stay cost by the fit. */
	readonly base: number
	/** How many units can be bought beyond those. */
	readonly buyable: number
	/** The least loss when so many are bought. `[bought]` */
	readonly loss: Float64Array
	/** How many units each sublayer of this kind keeps when so many are bought: of equals those of the earlier sublayers are. */
	kept(bought: number): readonly number[]
}

/**
 * A kind without `dropped` of its sublayers: those whose T most important units weigh least, of equals the later.
 *
 * The others keep their first T units at the fit's base cost; the units beyond can be bought.
 */
export function dropSublayers(
	{ curves, units, fit: { threshold, base } }: SublayerKind,
	dropped: number,
): DroppedSublayers {
	const gone = leastImportant(curves, threshold).slice(0, dropped)
	const staying = [...curves.keys()].filter((index) => !gone.includes(index))
	const least = greedyLosses(staying.map((index) => curveBeginning(curves[index]!, threshold)))
	const buyable = least.loss.length - 1
	const lost = gone.reduce((sum, index) => sum + curves[index]!.loss[units]!, 0)
	return {
		base: staying.length * base,
		buyable,
		loss: least.loss.map((_, bought) => lost + least.loss[buyable - bought]!),
		kept(bought) {
			const counts = curves.map(() => 0)
			for (const [at, removed] of least.removals(buyable - bought).entries()) counts[staying[at]!] = units - removed
			return counts
		},
	}
}

/** Sublayers by the importance of their first T units, the least first, of equals the later. */
function leastImportant(curves: readonly RemovalCurve[], threshold: number): readonly number[] {
	const importance = curves.map(({ order, loss }) => loss[order.length]! - loss[order.length - threshold]!)
	return [...curves.keys()].sort((a, b) => importance[a]! - importance[b]! || b - a)
}
