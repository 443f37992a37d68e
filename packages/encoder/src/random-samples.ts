import type { Sample } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"
import { uniformFrom } from "./random.ts"

const shortest = 2
const longest = 128
/** How many lengths there are. */
const steps = 8

/**
 * Token sequences without meaning, of eight lengths from 2 to 128 tokens or the model's positions; every other one in two segments
 * where the model tells them apart.
 *
 * @param seed - determines the tokens
 */
export function randomSamples(
	{ vocabulary, positions, segments }: Pick<Architecture, "vocabulary" | "positions" | "segments">,
	{ count, seed }: { readonly count: number; readonly seed: number },
): readonly Sample[] {
	const next = uniformFrom(seed)
	const most = Math.min(longest, positions)
	return Array.from({ length: count }, (_, index) => {
		const share = (index % steps) / (steps - 1)
		const length = Math.min(most, Math.round(shortest + share * (most - shortest)))
		const ids = Uint32Array.from({ length }, () => Math.floor(next() * vocabulary))
		if (segments < 2 || index % 2 === 0) return { ids }
		return { ids, segments: Uint8Array.from({ length }, (_, token) => (token < length / 2 ? 0 : 1)) }
	})
}
