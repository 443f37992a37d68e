/** A flat piece and a rising one: what the first units cost together, and what each further one adds. */
export interface PiecewiseLinearFit {
	/** T: up to how many units cost the same. */
	readonly threshold: number
	/** c: what they cost. */
	readonly base: number
	/** a: what each unit beyond T costs; zero or more. */
	readonly slope: number
	/** Sum of the squared differences. */
	readonly error: number
}

/**
 * The piecewise-linear model of Kwon et al. 2022 (section 4.1) for measured latency:
 *
 *   f(0) = 0,   f(n) = c for 0 < n <= T,   f(n) = c + a (n - T) above
 *
 * Every T is tried: c is the mean of the flat piece, a the least-squares slope through (T, c), no less than 0. The T with the least squared
 * error wins, of equals the smallest. With T = N everything is flat and a = 0.
 *
 * Cost: O(N^2).
 *
 * @param costs - of 1, 2, ..., N kept units; N is at least 1
 * @example
 * piecewiseLinearFit([2, 2, 2, 3, 4]) // => { threshold: 3, base: 2, slope: 1, error: 0 }
 */
export function piecewiseLinearFit(costs: Float64Array): PiecewiseLinearFit {
	let sum = costs[0]!
	let best = fitAbove(costs, 1, sum)
	for (let threshold = 2; threshold <= costs.length; threshold++) {
		sum += costs[threshold - 1]!
		const fit = fitAbove(costs, threshold, sum / threshold)
		if (fit.error < best.error) best = fit
	}
	return best
}

function fitAbove(costs: Float64Array, threshold: number, base: number): PiecewiseLinearFit {
	let [products, squares] = [0, 0]
	for (let n = threshold + 1; n <= costs.length; n++) {
		const beyond = n - threshold
		products += beyond * (costs[n - 1]! - base)
		squares += beyond * beyond
	}
	const slope = squares === 0 ? 0 : Math.max(0, products / squares)
	let error = 0
	for (let n = 1; n <= costs.length; n++) {
		error += (costs[n - 1]! - base - slope * Math.max(0, n - threshold)) ** 2
	}
	return { threshold, base, slope, error }
}
