import type { Matrix64 } from "@winnow/linalg"

/**
 * One pass of rearrangement over a sublayer: changes `removed` in place.
 *
 * For each unit q that is kept when the pass begins, in ascending order of importance F[q, q]: remove it as well, then take
 * back whichever removed unit j leaves the least || sum of g ||^2. With s the sum over the removed units, q included:
 *
 *   || s - g_j ||^2 = || s ||^2 - (2 s.g_j - F[j, j]),   s.g_j = pull[j] + F[q, j]
 *
 * so the test of one j is O(1), and `pull` changes only with the set. Ties: of equal importance the lower index is tried
 * first; when taking back q itself is as good as any other, the set stays as it is; else the lowest index is taken back.
 *
 * @param gram - F, `[unit, unit]`
 * @param removed - 1 for removed units. `[unit]`
 */
export function swapPass({ data: gram, rows: units }: Matrix64, removed: Uint8Array): void {
	const pull = pullOf(gram, removed)
	for (const q of keptByImportance(gram, removed)) {
		const row = q * units
		let best = q
		let most = 2 * pull[q]! + gram[row + q]!
		for (let j = 0; j < units; j++) {
			if (removed[j] === 0) continue
			const gain = 2 * (pull[j]! + gram[row + j]!) - gram[j * units + j]!
			if (gain > most) {
				best = j
				most = gain
			}
		}
		if (best === q) continue
		removed[q] = 1
		removed[best] = 0
		for (let j = 0; j < units; j++) pull[j]! += gram[row + j]! - gram[best * units + j]!
	}
}

/** `pull[j]` = sum over removed i of F[i, j] = s.g_j. */
function pullOf(gram: Float64Array, removed: Uint8Array): Float64Array {
	const units = removed.length
	const pull = new Float64Array(units)
	for (let i = 0; i < units; i++) {
		if (removed[i] === 0) continue
		for (let j = 0; j < units; j++) pull[j]! += gram[i * units + j]!
	}
	return pull
}

function keptByImportance(gram: Float64Array, removed: Uint8Array): readonly number[] {
	const importance = (unit: number) => gram[unit * removed.length + unit]!
	const kept = [...removed.keys()].filter((unit) => removed[unit] === 0)
	return kept.sort((a, b) => importance(a) - importance(b) || a - b)
}
