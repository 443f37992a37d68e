import { type Sublayer, type SublayerStatistics, tensor } from "@winnow/tensor"

/** Numbers in [-1, 1) that depend on the seed alone (mulberry32). */
export function random(length: number, seed: number): Float64Array {
	let state = seed
	return Float64Array.from({ length }, () => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), 1 | state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
	})
}

/** Mean over the rows of a of a_t a_t^T. */
function gramOf(a: Float64Array, columns: number, divisor = a.length / columns): Float64Array {
	const gram = new Float64Array(columns * columns)
	for (let start = 0; start < a.length; start += columns) {
		for (let i = 0; i < columns; i++) {
			for (let j = 0; j < columns; j++) gram[i * columns + j]! += (a[start + i]! * a[start + j]!) / divisor
		}
	}
	return gram
}

export interface Sizes {
	readonly units: number
	readonly channels?: number
	readonly hidden?: number
	/** Tokens of which G is the mean. */
	readonly rows?: number
	/** Of S. */
	readonly rank?: number
	readonly seed?: number
}

export interface Material {
	readonly sublayer: Sublayer
	readonly statistics: SublayerStatistics
}

/** The statistics of one sublayer from random activations, gradients and weights. */
export function material({ units, channels = 1, hidden = 4, rows = 50, rank = 6, seed = 1 }: Sizes): Material {
	const n = units * channels
	const activations = random(rows * n, seed).map((value) => value + 0.3)
	return {
		sublayer: sublayerOf(units, channels),
		statistics: {
			sublayer: 0,
			weights: tensor("channel hidden", [n, hidden], Float32Array.from(random(n * hidden, seed + 1))),
			gram: tensor("channel channel", [n, n], gramOf(activations, n)),
			sensitivity: tensor("hidden hidden", [hidden, hidden], gramOf(random(rank * hidden, seed + 2), hidden, 1)),
		},
	}
}

/** The same with other activations (rows of as many numbers as there are channels) or weights. */
export function changed(
	{ sublayer, statistics }: Material,
	{ activations, weights }: { activations?: Float64Array; weights?: Float32Array },
): Material {
	const [n, hidden] = statistics.weights.shape
	return {
		sublayer,
		statistics: {
			...statistics,
			...(activations && { gram: tensor("channel channel", [n, n], gramOf(activations, n)) }),
			...(weights && { weights: tensor("channel hidden", [n, hidden], weights) }),
		},
	}
}

export function sublayerOf(units: number, channels = 1): Sublayer {
	return { kind: channels === 1 ? "ffn" : "attention", layer: 0, units, channels, reads: "tokens" }
}

/**
 * 1/2 tr(W_M^T ((H^-1)_MM)^-1 W_M S) for units M, by two inversions and three products: the least that D = -W on M can cost under
 * H = G + mu mean(diag G) I and S.
 */
export function jointCost({ sublayer, statistics }: Material, units: readonly number[], mu: number): number {
	const { gram, sensitivity, weights } = statistics
	const n = gram.shape[0]
	const hidden = weights.shape[1]
	let mean = 0
	for (let i = 0; i < n; i++) mean += gram.data[i * (n + 1)]! / n
	const h = rowsOf(gram.data, n).map((row, i) => row.map((value, j) => value + (i === j ? mu * mean : 0)))
	const rows = units.flatMap((unit) =>
		Array.from({ length: sublayer.channels }, (_, c) => unit * sublayer.channels + c),
	)
	const q = inverted(h)
	const middle = inverted(rows.map((i) => rows.map((j) => q[i]![j]!)))
	const w = rows.map((i) => Array.from(weights.data.subarray(i * hidden, (i + 1) * hidden)))
	const ws = multiplied(w, rowsOf(sensitivity.data, hidden))
	let trace = 0
	for (const [i, row] of middle.entries()) {
		for (const [j, value] of row.entries()) trace += value * ws[i]!.reduce((sum, each, k) => sum + each * w[j]![k]!, 0)
	}
	return trace / 2
}

function rowsOf(data: Float64Array, columns: number): number[][] {
	return Array.from({ length: data.length / columns }, (_, i) =>
		Array.from(data.subarray(i * columns, (i + 1) * columns)),
	)
}

function multiplied(a: number[][], b: number[][]): number[][] {
	return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)))
}

/** By Gauss and Jordan, with pivoting. */
function inverted(a: number[][]): number[][] {
	const size = a.length
	const system = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
	for (let p = 0; p < size; p++) {
		let best = p
		for (let i = p + 1; i < size; i++) if (Math.abs(system[i]![p]!) > Math.abs(system[best]![p]!)) best = i
		;[system[p], system[best]] = [system[best]!, system[p]!]
		const pivot = system[p]![p]!
		system[p] = system[p]!.map((value) => value / pivot)
		for (let i = 0; i < size; i++) {
			const factor = system[i]![p]!
			if (i === p || factor === 0) continue
			for (let k = 0; k < 2 * size; k++) system[i]![k]! -= factor * system[p]![k]!
		}
	}
	return system.map((row) => row.slice(size))
}
