import type { Elements, Operand } from "./operand.ts"

/** exp(x - max) / sum exp(x - max) over the last axis: no exponential overflows. */
export function softmax(x: Operand): Float64Array {
	return eachRow(x, (row, out) => {
		const { max, sum } = exponentials(row)
		for (let i = 0; i < row.length; i++) out[i] = Math.exp(row[i]! - max) / sum
	})
}

/** x - max - log sum exp(x - max) over the last axis. */
export function logSoftmax(x: Operand): Float64Array {
	return eachRow(x, (row, out) => {
		const { max, sum } = exponentials(row)
		for (let i = 0; i < row.length; i++) out[i] = row[i]! - max - Math.log(sum)
	})
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis; the variance divides by the width. */
export function layerNorm(x: Operand, scale: Elements, bias: Elements, epsilon: number): Float64Array {
	return eachRow(x, (row, out) => {
		const mean = meanOf(row)
		const inverse = inverseDeviationOf(row, epsilon)
		for (let i = 0; i < row.length; i++) out[i] = (row[i]! - mean) * inverse * scale[i]! + bias[i]!
	})
}

/** One number a row of the last axis. */
export function reduceRows(x: Operand, rows: number, of: (row: Elements) => number): Float64Array {
	const width = x.shape.at(-1)!
	return Float64Array.from({ length: rows }, (_, i) => of(x.data.subarray(i * width, (i + 1) * width)))
}

export function meanOf(row: Elements): number {
	let sum = 0
	for (const element of row) sum += element
	return sum / row.length
}

export function inverseDeviationOf(row: Elements, epsilon: number): number {
	const mean = meanOf(row)
	let squares = 0
	for (const element of row) squares += (element - mean) ** 2
	return 1 / Math.sqrt(squares / row.length + epsilon)
}

function eachRow(x: Operand, write: (row: Elements, out: Float64Array) => void): Float64Array {
	const out = new Float64Array(x.data.length)
	const width = x.shape.at(-1)!
	for (let at = 0; at < out.length; at += width) write(x.data.subarray(at, at + width), out.subarray(at, at + width))
	return out
}

function exponentials(row: Elements): { readonly max: number; readonly sum: number } {
	let max = Number.NEGATIVE_INFINITY
	for (const element of row) max = Math.max(max, element)
	let sum = 0
	for (const element of row) sum += Math.exp(element - max)
	return { max, sum }
}
