import { type CostModel, InvalidInputError, ShapeError, type Sublayer } from "@winnow/tensor"

/** The sizes that prices depend on. */
export interface MacSetting {
	/** d: width of the residual stream. */
	readonly hidden: number
	/** s: tokens per sample. May be a mean, and so a fraction. */
	readonly length: number
}

/**
 * Multiply-accumulates of one sample, linear in the heads and neurons kept.
 *
 *   head:    4 s d c + 2 s^2 c      (Kwon et al. 2022; Q, K, V and output projection, then scores and contexts)
 *   neuron:  2 s d c                (into the FFN's inner layer and out of it; c = 1)
 *
 * `s` length, `d` hidden, `c` channels of the unit. As in the paper only what units do is counted: embeddings, pooler,
 * classifier, softmax, layer norms and GELU are not, so `fixed` is 0. A last layer that `reads` only the first token is priced
 * like the others, although a runtime may leave out the other rows there.
 *
 * @param sublayers - in model order
 * @throws {InvalidInputError} when a size is not positive
 * @example
 * const cost = macModel(encoder.sublayers, { hidden: 768, length: 128 })
 * cost.cost(0, 6) // MACs of six heads
 */
export function macModel(sublayers: readonly Sublayer[], setting: MacSetting): CostModel {
	const { hidden, length } = setting
	if (!(Number.isSafeInteger(hidden) && hidden > 0)) {
		throw new InvalidInputError("MAC model", "the hidden size", "a positive whole number", hidden)
	}
	if (!(Number.isFinite(length) && length > 0)) {
		throw new InvalidInputError("MAC model", "the length", "a positive number of tokens", length)
	}
	for (const [index, { units, channels }] of sublayers.entries()) {
		if (!(Number.isSafeInteger(units) && units >= 0)) {
			throw new InvalidInputError("MAC model", `the units of sublayer ${index}`, "a natural number", units)
		}
		if (!(Number.isSafeInteger(channels) && channels > 0)) {
			throw new InvalidInputError(
				"MAC model",
				`the channels of a unit of sublayer ${index}`,
				"a positive whole number",
				channels,
			)
		}
	}
	const prices = Float64Array.from(sublayers, (sublayer) => unitMacs(sublayer, setting))
	return {
		unit: "MAC",
		fixed: 0,
		prices,
		cost(sublayer, kept) {
			const price = prices[sublayer]
			if (price !== undefined && kept >= 0) return price * kept
			if (price !== undefined) throw new ShapeError("MAC model", "the kept units", "a natural number", kept)
			throw new ShapeError("MAC model", "the sublayer", `below ${prices.length}`, sublayer)
		},
	}
}

function unitMacs({ kind, channels }: Sublayer, { hidden, length }: MacSetting): number {
	const projections = length * hidden * channels
	return kind === "ffn" ? 2 * projections : 4 * projections + 2 * length ** 2 * channels
}
