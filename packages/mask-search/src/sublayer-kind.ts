import { type CostModel, mustBe, type RemovalCurve, type Sublayer, UnsupportedError } from "@winnow/tensor"
import { costTable } from "./cost-table.ts"
import { type PiecewiseLinearFit, piecewiseLinearFit } from "./piecewise-linear-fit.ts"

/** All sublayers of one kind: equally wide, with one fit to what their units cost. */
export interface SublayerKind {
	/** Which sublayers of the model, in model order. */
	readonly indices: readonly number[]
	/** One a sublayer of this kind. */
	readonly curves: readonly RemovalCurve[]
	/** Units of each. */
	readonly units: number
	readonly fit: PiecewiseLinearFit
}

/**
 * The sublayers of one kind, and a fit to the costs of 1 to all units of one of them: the first that reads all tokens, or else the first.
 *
 * @throws {UnsupportedError} when there are none, they differ in units, or have none
 */
export function sublayerKind(
	curves: readonly RemovalCurve[],
	cost: CostModel,
	{ sublayers, kind }: { readonly sublayers: readonly Sublayer[]; readonly kind: Sublayer["kind"] },
): SublayerKind {
	const indices = [...sublayers.keys()].filter((index) => sublayers[index]!.kind === kind)
	const widths = new Set(indices.map((index) => sublayers[index]!.units))
	const [units = 0] = widths
	if (widths.size !== 1 || units === 0) {
		const found = widths.size === 0 ? "none" : [...widths].join(", ")
		throw new UnsupportedError("mask search", mustBe(`the units of ${kind} sublayers`, "one number above 0", found))
	}
	const tables = indices.map((index) => costTable(cost, index, units))
	const measured = indices.findIndex((index) => sublayers[index]!.reads === "tokens")
	const fit = piecewiseLinearFit(tables[Math.max(0, measured)]!.subarray(1))
	return { indices, curves: indices.map((index) => curves[index]!), units, fit }
}
