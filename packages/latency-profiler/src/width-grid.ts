/** One measured point of a curve. */
export interface WidthPoint {
	readonly kept: number
	readonly ms: number
}

/** So few units are all measured. */
const fewUnits = 16

/**
 * Numbers of units to measure first, ascending, from none to all: every one where there are few, else none, one (what a sublayer costs
 * for being there) and even steps.
 *
 * @param steps - into how many parts the width is cut
 */
export function widthGrid(units: number, steps: number): readonly number[] {
	if (units <= Math.min(fewUnits, 2 * steps)) return Array.from({ length: units + 1 }, (_, kept) => kept)
	const even = Array.from({ length: steps + 1 }, (_, step) => Math.round((step * units) / steps))
	return [0, 1, ...even.slice(1)]
}

/**
 * Where to measure next: the middles of the intervals beside points that lie off the line between their neighbours, the farthest first.
 *
 * @param tolerance - of milliseconds: what lies closer to the line is on it
 * @returns at most `most` numbers of units that are not measured yet, ascending
 */
export function bends(
	points: readonly WidthPoint[],
	{ tolerance, most }: { readonly tolerance: number; readonly most: number },
): readonly number[] {
	const found = new Map<number, number>()
	// What a sublayer costs for being there is a step behind the first point, not a bend.
	for (let i = 2; i + 1 < points.length; i++) {
		const [left, here, right] = [points[i - 1]!, points[i]!, points[i + 1]!]
		const slope = (right.ms - left.ms) / (right.kept - left.kept)
		const off = Math.abs(here.ms - left.ms - slope * (here.kept - left.kept))
		if (off <= tolerance) continue
		for (const [from, to] of [
			[left.kept, here.kept],
			[here.kept, right.kept],
		] as const) {
			const middle = Math.round((from + to) / 2)
			if (middle > from && middle < to) found.set(middle, Math.max(off, found.get(middle) ?? 0))
		}
	}
	const farthest = [...found].sort(([, a], [, b]) => b - a).slice(0, most)
	return farthest.map(([kept]) => kept).sort((a, b) => a - b)
}
