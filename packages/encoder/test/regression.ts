import { type Moments, type Refit, tensor } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import { expect } from "vitest"

expect.extend({ toBeAllclose })

type Rows = readonly (readonly number[])[]

/** x W + b of one row. */
export function product(row: readonly number[], { weights, bias }: Refit): number[] {
	const out = bias.length
	return Array.from(bias, (b, j) => row.reduce((sum, x, i) => sum + x * weights.data[i * out + j]!, b))
}

/** Moments of rows, by their definition. */
export function momentsOf(x: Rows, y: Rows): Moments {
	const [inputs, outputs] = [x[0]!.length, y[0]!.length]
	const sums = (rows: Rows, width: number) =>
		Float64Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0))
	const products = (rows: Rows, width: number) =>
		Float64Array.from({ length: inputs * width }, (_, at) => {
			const [i, j] = [Math.floor(at / width), at % width]
			return x.reduce((sum, row, r) => sum + row[i]! * rows[r]![j]!, 0)
		})
	return {
		rows: x.length,
		xx: tensor("in in", [inputs, inputs], products(x, inputs)),
		xy: tensor("in out", [inputs, outputs], products(y, outputs)),
		x: sums(x, inputs),
		y: sums(y, outputs),
		yy: y.flat().reduce((sum, value) => sum + value * value, 0),
	}
}

export function expectMoments(ours: Moments, theirs: Moments): void {
	// atol: sums that cancel to nothing keep the rounding of their terms
	const close = { rtol: 1e-9, atol: 1e-11 }
	expect(ours.rows).toBe(theirs.rows)
	expect(ours.xx.shape).toEqual(theirs.xx.shape)
	expect(ours.xy.shape).toEqual(theirs.xy.shape)
	expect(ours.xx.data).toBeAllclose(theirs.xx.data, close)
	expect(ours.xy.data).toBeAllclose(theirs.xy.data, close)
	expect(ours.x).toBeAllclose(theirs.x, close)
	expect(ours.y).toBeAllclose(theirs.y, close)
	expect([ours.yy]).toBeAllclose([theirs.yy], close)
}

/** The least-squares fit by elimination; a touch of ridge, where rows leave a direction open. */
export function leastSquares({ rows, xx, xy, x, y }: Moments): Refit {
	const [inputs, outputs] = xy.shape
	const mean = (sum: Float64Array, i: number) => sum[i]! / rows
	const system = Array.from({ length: inputs }, (_, i) => [
		...Array.from({ length: inputs }, (_, j) => xx.data[i * inputs + j]! - x[i]! * mean(x, j) + (i === j ? 1e-6 : 0)),
		...Array.from({ length: outputs }, (_, j) => xy.data[i * outputs + j]! - x[i]! * mean(y, j)),
	])
	for (const [i, pivot] of system.entries()) {
		for (const [k, row] of system.entries()) {
			if (k === i) continue
			const factor = row[i]! / pivot[i]!
			for (let j = i; j < row.length; j++) row[j]! -= factor * pivot[j]!
		}
	}
	const solution = system.flatMap((row, i) => row.slice(inputs).map((value) => value / row[i]!))
	const weights = tensor("in out", [inputs, outputs], Float32Array.from(solution))
	const bias = Float32Array.from({ length: outputs }, (_, j) => {
		return solution.reduce(
			(b, w, at) => (at % outputs === j ? b - mean(x, Math.floor(at / outputs)) * w : b),
			mean(y, j),
		)
	})
	return { weights, bias }
}
