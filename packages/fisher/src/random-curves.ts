import { InvalidInputError, type RemovalCurve, type Sublayer } from "@winnow/tensor"
import { scoreCurve } from "./score-curve.ts"

/**
 * Removal curves that know nothing: the baseline of all others.
 *
 *   score[u] = r[u] weights(u)        r drawn evenly from [0, 1)
 *
 * A unit counts in proportion to its weights per hidden dimension, 4 a channel of a head (query, key, value, output) and 2 a neuron:
 * every MAC is expected to be worth the same, so that a search spreads what goes over heads and neurons.
 *
 * @param seed - of the draw; the same curves for the same seed
 * @returns one convex curve a sublayer
 * @throws {InvalidInputError} when the seed is no whole number
 * @example
 * randomCurves(encoder.sublayers, 0)
 */
export function randomCurves(sublayers: readonly Sublayer[], seed: number): readonly RemovalCurve[] {
	if (!Number.isSafeInteger(seed))
		throw new InvalidInputError("random curves", "the seed", "a whole number below 2^53", seed)
	const next = uniform(seed)
	return sublayers.map(({ kind, units, channels }) => {
		const weights = channels * (kind === "attention" ? 4 : 2)
		return scoreCurve(Float64Array.from({ length: units }, () => weights * next()))
	})
}

/** Numbers in [0, 1): mulberry32 (Tommy Ettinger, public domain). */
function uniform(seed: number): () => number {
	let state = seed | 0
	return () => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), 1 | state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
	}
}
