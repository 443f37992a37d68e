import type { CostModel, RemovalCurve } from "@winnow/tensor"

/** Cost of a model whose sublayers keep so many units. */
export function modelCost(cost: CostModel, kept: readonly number[]): number {
	return kept.reduce((sum, units, sublayer) => sum + cost.cost(sublayer, units), cost.fixed)
}

/** Cost of the model with all units. */
export function fullCost(cost: CostModel, curves: readonly RemovalCurve[]): number {
	return modelCost(
		cost,
		curves.map(({ order }) => order.length),
	)
}
