import { InvalidInputError, type Sublayer } from "@winnow/tensor"

export interface Protection {
	/** How many heads every attention sublayer keeps; one that has fewer keeps those. */
	readonly minHeads?: number | undefined
	/** Layers, from 0, whose sublayers keep all their units. */
	readonly protectLayers?: readonly number[] | undefined
}

/**
 * How many units each sublayer keeps at least, for `searchMasks` and `searchTable`.
 *
 * @throws {InvalidInputError} when `minHeads` is no natural number or a protected layer is none of the model's
 * @example
 * leastKept(encoder.sublayers, { minHeads: 1, protectLayers: [0] }) // 12 heads, 1536 neurons a layer => [12, 1536, 1, 0, 1, 0, ...]
 */
export function leastKept(
	sublayers: readonly Sublayer[],
	{ minHeads = 0, protectLayers = [] }: Protection,
): readonly number[] {
	if (!Number.isSafeInteger(minHeads) || minHeads < 0) {
		throw new InvalidInputError("mask search", "the least number of heads", "a natural number", minHeads)
	}
	const layers = new Set(sublayers.map(({ layer }) => layer))
	const unknown = protectLayers.find((layer) => !layers.has(layer))
	if (unknown !== undefined) {
		throw new InvalidInputError("mask search", "a protected layer", `one of 0 to ${layers.size - 1}`, unknown)
	}
	return sublayers.map(({ kind, layer, units }) => {
		if (protectLayers.includes(layer)) return units
		return kind === "attention" ? Math.min(minHeads, units) : 0
	})
}
