import { type Sublayer, type Tensor, tensor } from "@winnow/tensor"
import type { Model } from "./slimmed.ts"

/** W of a sublayer's output projection, rows in the order of units. */
export function outputWeights({ weights }: Model, { kind, layer }: Sublayer): Tensor<"channel hidden"> {
	const { attentionOutput, ffnOutput } = weights.layers[layer]!
	const { shape, data } = (kind === "attention" ? attentionOutput : ffnOutput).weights
	return tensor("channel hidden", shape, data)
}
