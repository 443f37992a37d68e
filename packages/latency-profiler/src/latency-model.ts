import { type CostModel, InvalidInputError, ShapeError, type Sublayer } from "@winnow/tensor"
import type { LatencyCurve, LatencyTable } from "./latency-table.ts"
import { parseLatencyTables } from "./parse-latency-tables.ts"

/**
 * Latency in milliseconds as a cost model: a table read for the sublayers of one model.
 *
 *   cost(l, k) = t(k) of the curve of l's kind, linear between measured points        cost(l, 0) = 0
 *
 * @param sublayers - of the model that was measured, or of one pruned from it
 * @throws {InvalidInputError} when the table is none, has holes, or is of another model
 * @example
 * searchMasks(curves, latencyModel(table, encoder.sublayers), { share: 0.5 })
 */
export function latencyModel(table: LatencyTable, sublayers: readonly Sublayer[]): CostModel {
	parseLatencyTables(table, "latency model")
	const costs = sublayers.map((sublayer, index) => costsOf(table, sublayer, index))
	return {
		unit: "ms",
		fixed: table.fixed,
		cost(sublayer, kept) {
			const cost = costs[sublayer]?.[kept]
			if (cost !== undefined) return cost
			const units = costs[sublayer] && costs[sublayer].length - 1
			if (units === undefined) throw new ShapeError("latency model", "the sublayer", `below ${costs.length}`, sublayer)
			throw new ShapeError("latency model", "the kept units", `a whole number, 0 to ${units}`, kept)
		},
	}
}

/** What latency the table predicts for a whole model that keeps so many units of each sublayer. */
export function predictedLatency({ fixed, cost }: CostModel, kept: readonly number[]): number {
	return kept.reduce((sum, units, sublayer) => sum + cost(sublayer, units), fixed)
}

/** `[units + 1]`: every number of units of one sublayer has its price. */
function costsOf(
	{ model, curves }: LatencyTable,
	{ kind, reads, units, channels }: Sublayer,
	index: number,
): Float64Array {
	const known = model.sublayers[index]
	const fits = known?.kind === kind && known.reads === reads && known.channels === channels && known.units >= units
	const curve = curves.find((each) => each.kind === kind && each.reads === reads)
	if (!fits || curve === undefined) {
		const expected = known ? `${known.kind} of at most ${known.units} units` : `none of ${model.sublayers.length}`
		throw new InvalidInputError("latency model", `sublayer ${index}`, `${expected}, as measured`, `${kind} of ${units}`)
	}
	return Float64Array.from({ length: units + 1 }, (_, kept) => interpolated(curve, kept))
}

function interpolated({ points }: LatencyCurve, kept: number): number {
	const after = points.findIndex((point) => point.kept >= kept)
	const right = points[after]!
	if (right.kept === kept) return right.ms
	const left = points[after - 1]!
	return left.ms + ((right.ms - left.ms) * (kept - left.kept)) / (right.kept - left.kept)
}
