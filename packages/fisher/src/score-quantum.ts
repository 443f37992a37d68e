/**
 * The power of two that scores are rounded to so that any sum of distinct ones among them is exact in float64.
 *
 *   total <= 2^e   =>   quantum = 2^(e - 51), every sum <= 2^51 + N/2 < 2^53 quanta
 *
 * `N` scores, each rounded by half a quantum at most. The spare bits also cover the rounding of `total` and of its logarithm.
 *
 * @param scores - one array a sublayer, >= 0
 * @returns the quantum; 1 where all scores are zero
 */
export function scoreQuantum(scores: readonly Float64Array[]): number {
	let total = 0
	for (const each of scores) for (const score of each) total += score
	return total === 0 ? 1 : 2 ** (Math.ceil(Math.log2(total)) - 51)
}
