import { type Moments, type RepairSite, type Sublayer, tensor } from "@winnow/tensor"

/** Numbers in [-1, 1) that depend on the seed alone (mulberry32). */
function random(length: number, seed: number): Float64Array {
	let state = seed
	return Float64Array.from({ length }, () => {
		state = (state + 0x6d2b79f5) | 0
		let t = Math.imul(state ^ (state >>> 15), 1 | state)
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
	})
}

/** A site with the rows that its moments were made of. */
export interface MaterialSite extends RepairSite {
	/** `[rows, in]` */
	readonly x: Float64Array
	/** `[rows, out]` */
	readonly y: Float64Array
}

export interface SiteSizes {
	readonly kind?: Sublayer["kind"]
	readonly layer?: number
	readonly units: number
	readonly channels?: number
	readonly outputs?: number
	readonly rows?: number
	readonly seed?: number
	/** What y is, given that of the true scales 1 + 0.5 random plus noise. */
	readonly noise?: number
}

/** A site whose target is the units' own output under other scales, plus noise; inputs are not centred, like real ones. */
export function randomSite({
	kind = "ffn",
	layer = 1,
	units,
	channels = kind === "ffn" ? 1 : 3,
	outputs = 4,
	rows = 30,
	seed = 1,
	noise = 0.3,
}: SiteSizes): MaterialSite {
	const inputs = units * channels
	const x = random(rows * inputs, seed).map((value) => value + 0.4)
	const weights = Float32Array.from(random(inputs * outputs, seed + 1))
	const bias = Float32Array.from(random(outputs, seed + 2))
	const scales = random(units, seed + 3).map((value) => 1 + 0.5 * value)
	const errors = random(rows * outputs, seed + 4)
	const y = new Float64Array(rows * outputs)
	for (let t = 0; t < rows; t++) {
		for (let o = 0; o < outputs; o++) {
			let sum = bias[o]! + noise * errors[t * outputs + o]!
			for (let i = 0; i < inputs; i++) {
				sum += scales[Math.floor(i / channels)]! * x[t * inputs + i]! * weights[i * outputs + o]!
			}
			y[t * outputs + o] = sum
		}
	}
	const sublayer: Sublayer = { kind, layer, units, channels, reads: "tokens" }
	const site = { sublayer, side: "output" as const, weights: tensor("in out", [inputs, outputs], weights), bias }
	return { ...site, x, y, fit: momentsOf(x, y, rows, inputs, outputs) }
}

export interface InputSizes extends Omit<SiteSizes, "channels" | "outputs"> {
	/** Width of the stream that is read. */
	readonly hidden?: number
}

/** What a sublayer reads its stream with: query, key and value of `units` heads, or the first matrix of an FFN of so many neurons. */
export function randomInputSite({ kind = "ffn", units, hidden = 5, ...rest }: InputSizes): MaterialSite {
	const channels = kind === "ffn" ? 1 : 3
	const columns = units * channels * (kind === "ffn" ? 1 : 3)
	const site = randomSite({ kind: "ffn", units: hidden, outputs: columns, ...rest })
	return { ...site, side: "input", sublayer: { ...site.sublayer, kind, units, channels } }
}

/** The site with those rows held out for which `held` is true. */
export function withHeldOut(site: MaterialSite, held: (row: number) => boolean): MaterialSite {
	const [inputs, outputs] = site.weights.shape
	const rows = Array.from({ length: site.fit.rows }, (_, row) => row).filter(held)
	const x = rows.flatMap((row) => Array.from(site.x.subarray(row * inputs, (row + 1) * inputs)))
	const y = rows.flatMap((row) => Array.from(site.y.subarray(row * outputs, (row + 1) * outputs)))
	return { ...site, heldOut: momentsOf(Float64Array.from(x), Float64Array.from(y), rows.length, inputs, outputs) }
}

/** The site with other rows. */
export function withRows(
	site: MaterialSite,
	{ x = site.x, y = site.y }: Partial<Pick<MaterialSite, "x" | "y">>,
): MaterialSite {
	const [inputs, outputs] = site.weights.shape
	return { ...site, x, y, fit: momentsOf(x, y, site.fit.rows, inputs, outputs) }
}

export function momentsOf(x: Float64Array, y: Float64Array, rows: number, inputs: number, outputs: number): Moments {
	const xx = new Float64Array(inputs * inputs)
	const xy = new Float64Array(inputs * outputs)
	const sumX = new Float64Array(inputs)
	const sumY = new Float64Array(outputs)
	for (let t = 0; t < rows; t++) {
		const xt = x.subarray(t * inputs, (t + 1) * inputs)
		const yt = y.subarray(t * outputs, (t + 1) * outputs)
		for (let i = 0; i < inputs; i++) {
			sumX[i]! += xt[i]!
			for (let j = 0; j < inputs; j++) xx[i * inputs + j]! += xt[i]! * xt[j]!
			for (let o = 0; o < outputs; o++) xy[i * outputs + o]! += xt[i]! * yt[o]!
		}
		for (let o = 0; o < outputs; o++) sumY[o]! += yt[o]!
	}
	return {
		rows,
		xx: tensor("in in", [inputs, inputs], xx),
		xy: tensor("in out", [inputs, outputs], xy),
		x: sumX,
		y: sumY,
		yy: y.reduce((sum, value) => sum + value * value, 0),
	}
}

/** A and B of min ||A s - B||, built element by element: one row of A per row of x and output, `[rows * out][unit]`. */
export function explicitProblem({ sublayer, weights, bias, x, y, fit }: MaterialSite): { a: number[][]; b: number[] } {
	const { units, channels } = sublayer
	const inputs = units * channels
	const a: number[][] = []
	const b: number[] = []
	for (let t = 0; t < fit.rows; t++) {
		for (const [o, offset] of bias.entries()) {
			const row = new Array<number>(units).fill(0)
			for (let i = 0; i < inputs; i++) {
				row[Math.floor(i / channels)]! += x[t * inputs + i]! * weights.data[i * bias.length + o]!
			}
			a.push(row)
			b.push(y[t * bias.length + o]! - offset)
		}
	}
	return { a, b }
}

/** Minimiser of ||A s - B||^2 + r ||s - 1||^2 by its normal equations. */
export function explicitRidge(a: number[][], b: number[], ridge: number): number[] {
	return solved(
		a[0]!.map((_, u) => [
			...a[0]!.map((_, v) => dot(column(a, u), column(a, v)) + (u === v ? ridge : 0)),
			dot(column(a, u), b) + ridge,
		]),
	)
}

/** Solves a system given as [matrix | right-hand side], by Gauss elimination with pivoting. */
export function solved(system: number[][]): number[] {
	const size = system.length
	for (let p = 0; p < size; p++) {
		const best = system.reduce(
			(found, row, i) => (i >= p && Math.abs(row[p]!) > Math.abs(system[found]![p]!) ? i : found),
			p,
		)
		;[system[p], system[best]] = [system[best]!, system[p]!]
		for (let i = 0; i < size; i++) {
			if (i === p) continue
			const factor = system[i]![p]! / system[p]![p]!
			for (let k = p; k <= size; k++) system[i]![k]! -= factor * system[p]![k]!
		}
	}
	return system.map((row, i) => row[size]! / row[i]!)
}

export function column(a: number[][], u: number): number[] {
	return a.map((row) => row[u]!)
}

export function dot(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}
