/**
 * The metrics of GLUE, as scikit-learn and SciPy define them.
 *
 * `t` truth, `p` prediction; float64 throughout.
 */

/** Position of the largest value; of several, the first (as numpy). -1 for an empty list. */
export function argMax(values: ArrayLike<number>): number {
	let best = values.length === 0 ? -1 : 0
	for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
	return best
}

/**
 * Share of predictions that are right, 0 to 1.
 *
 * @throws {RangeError} when the lists are empty or differ in length (so do all metrics here)
 */
export function accuracy(predictions: ArrayLike<number>, truths: ArrayLike<number>): number {
	const n = pairsIn(predictions, truths)
	let right = 0
	for (let i = 0; i < n; i++) if (predictions[i] === truths[i]) right++
	return right / n
}

/**
 * F1 of one class against the rest: 2 TP / (2 TP + FP + FN); 0 when the class is neither predicted nor there.
 *
 * @param positive - the class; default 1
 */
export function f1(predictions: ArrayLike<number>, truths: ArrayLike<number>, positive = 1): number {
	const n = pairsIn(predictions, truths)
	let both = 0
	let either = 0
	for (let i = 0; i < n; i++) {
		const p = predictions[i] === positive
		const t = truths[i] === positive
		if (p && t) both++
		either += Number(p) + Number(t)
	}
	return either === 0 ? 0 : (2 * both) / either
}

/**
 * Matthews correlation of two or more classes, -1 to 1; 0 when all predictions or all truths are one class.
 *
 *   (c n - sum_k p_k t_k) / sqrt((n^2 - sum_k p_k^2) (n^2 - sum_k t_k^2))
 *
 * `c` right ones of `n`, `p_k` predicted and `t_k` true members of class k (Gorodkin 2004). For two classes this is
 * (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN)).
 */
export function matthewsCorrelation(predictions: ArrayLike<number>, truths: ArrayLike<number>): number {
	const n = pairsIn(predictions, truths)
	const p = new Map<number, number>()
	const t = new Map<number, number>()
	let c = 0
	for (let i = 0; i < n; i++) {
		if (predictions[i] === truths[i]) c++
		p.set(predictions[i]!, (p.get(predictions[i]!) ?? 0) + 1)
		t.set(truths[i]!, (t.get(truths[i]!) ?? 0) + 1)
	}
	const spread = (n * n - dot(p, p)) * (n * n - dot(t, t))
	return spread === 0 ? 0 : (c * n - dot(p, t)) / Math.sqrt(spread)
}

/** Linear correlation, -1 to 1; NaN when either list is constant. */
export function pearson(predictions: ArrayLike<number>, truths: ArrayLike<number>): number {
	const n = pairsIn(predictions, truths)
	if (isConstant(predictions) || isConstant(truths)) return Number.NaN
	const p = centred(predictions)
	const t = centred(truths)
	let pt = 0
	let pp = 0
	let tt = 0
	for (let i = 0; i < n; i++) {
		pt += p[i]! * t[i]!
		pp += p[i]! * p[i]!
		tt += t[i]! * t[i]!
	}
	// Rounding can leave a perfect correlation just outside.
	return Math.max(-1, Math.min(1, pt / Math.sqrt(pp * tt)))
}

/** Rank correlation: Pearson's of the average ranks; NaN when either list is constant or holds a NaN. */
export function spearman(predictions: ArrayLike<number>, truths: ArrayLike<number>): number {
	return pearson(averageRanks(predictions), averageRanks(truths))
}

/**
 * Ranks from 1; equal values share the mean of their ranks. All NaN when a value is NaN.
 *
 * @example
 * averageRanks([10, 30, 10]) // => [1.5, 3, 1.5]
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
	const n = values.length
	const ranks = new Float64Array(n)
	const order = Uint32Array.from({ length: n }, (_, i) => i)
	if (order.some((i) => Number.isNaN(values[i]))) return ranks.fill(Number.NaN)
	order.sort((a, b) => values[a]! - values[b]!)
	for (let from = 0, to = 0; from < n; from = to) {
		while (to < n && values[order[to]!] === values[order[from]!]) to++
		for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2
	}
	return ranks
}

function pairsIn(predictions: ArrayLike<number>, truths: ArrayLike<number>): number {
	if (predictions.length !== truths.length || truths.length === 0) {
		throw new RangeError(
			`metrics: predictions must be as many as truths (was ${predictions.length} and ${truths.length})`,
		)
	}
	return truths.length
}

function dot(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
	let sum = 0
	for (const [key, count] of a) sum += count * (b.get(key) ?? 0)
	return sum
}

function isConstant(values: ArrayLike<number>): boolean {
	for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
	return true
}

/** Differences from the mean, in units of the largest: their squares neither overflow nor vanish. */
function centred(values: ArrayLike<number>): Float64Array {
	const result = Float64Array.from(values)
	const mean = result.reduce((sum, value) => sum + value, 0) / result.length
	const differences = result.map((value) => value - mean)
	const largest = differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
	return differences.map((value) => value / largest)
}
