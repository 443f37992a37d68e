import type { CostModel } from "@winnow/tensor"

/** What a sublayer costs with 0, 1, ..., `units` kept units. `[kept]` */
export function costTable(model: CostModel, sublayer: number, units: number): Float64Array {
	return Float64Array.from({ length: units + 1 }, (_, kept) => model.cost(sublayer, kept))
}
