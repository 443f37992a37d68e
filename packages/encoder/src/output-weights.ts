import { type Sublayer, type Tensor, tensor } from "@winnow/tensor"
import { projectionAt } from "./projections.ts"
import type { Model } from "./slimmed.ts"

/** W of a sublayer's output projection, rows in the order of units. */
export function outputWeights(model: Model, { kind, layer }: Sublayer): Tensor<"channel hidden"> {
	const { shape, data } = projectionAt(model, { kind, layer, side: "output" }).weights
	return tensor("channel hidden", shape, data)
}
