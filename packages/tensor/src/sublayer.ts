/**
 * One residual branch of an encoder layer, y = a W + b, as pruning sees it: a list of units.
 *
 * A head and a neuron are the same thing with another width and price. Sublayers are listed in model order:
 * attention of layer 0, FFN of layer 0, attention of layer 1, ...
 */
export interface Sublayer {
	readonly kind: "attention" | "ffn"
	/** Index of the encoder layer it belongs to. */
	readonly layer: number
	/** Heads, or neurons. Zero is legal. */
	readonly units: number
	/** Rows of the output projection W per unit: the head size, or 1. */
	readonly channels: number
	/** Rows (tokens) whose output matters: `first` in the last layer of a classifier, which reads [CLS] only. */
	readonly reads: "tokens" | "first"
}

/** Unit indices that stay, ascending, one array per sublayer in model order. */
export type Kept = readonly Uint32Array[]

/** All units of every sublayer. */
export function everyUnit(sublayers: readonly Sublayer[]): Kept {
	return sublayers.map(({ units }) => Uint32Array.from({ length: units }, (_, unit) => unit))
}
