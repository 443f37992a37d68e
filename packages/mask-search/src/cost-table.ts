import { type CostModel, InvalidInputError } from "@winnow/tensor"

/**
 * What a sublayer costs with 0, 1, ..., `units` kept units. `[kept]`
 *
 * @throws {InvalidInputError} when a cost is not finite, or negative
 */
export function costTable(model: CostModel, sublayer: number, units: number): Float64Array {
	return Float64Array.from({ length: units + 1 }, (_, kept) => {
		const cost = model.cost(sublayer, kept)
		if (Number.isFinite(cost) && cost >= 0) return cost
		const what = `the cost of ${kept} units of sublayer ${sublayer}`
		throw new InvalidInputError("mask search", what, "a finite number, zero or more", cost)
	})
}
