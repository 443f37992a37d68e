import { ShapeError } from "@winnow/tensor"
import { toBeAllclose } from "@winnow/testing"
import { describe, expect, it } from "vitest"
import { lsmr, matrix64 } from "../src/index.ts"
import { lsmrStop } from "../src/lsmr-stop.ts"
import fixtures from "./fixtures/lsmr.json" with { type: "json" }
import { positiveDefinite, randomMatrix } from "./matrices.ts"

expect.extend({ toBeAllclose })

/** Short recurrences amplify rounding from step to step, more so where the condition number is large (1e4 at worst). */
const recurrent = { rtol: 1e-6, atol: 1e-7 }

describe("lsmr", () => {
	it.each(fixtures)("does what SciPy does: $name", async (theirs) => {
		const a = matrix64(theirs.rows, theirs.columns, Float64Array.from(theirs.matrix))
		const ours = await lsmr(a, Float64Array.from(theirs.b), theirs.options)
		expect([ours.istop, ours.iterations]).toEqual([theirs.istop, theirs.iterations])
		expect(ours.x).toBeAllclose(theirs.x, recurrent)
		expect([ours.residual]).toBeAllclose([theirs.residual], recurrent)
		// A step more than there are columns has nothing left to find: it works on rounding errors.
		if (ours.iterations > theirs.columns) return
		const { normalResidual, norm, condition } = theirs
		expect([ours.normalResidual, ours.norm, ours.condition]).toBeAllclose([normalResidual, norm, condition], recurrent)
	})

	it("ends at the damped normal equations", async () => {
		const a = randomMatrix(9, 4, 1)
		const b = randomMatrix(9, 1, 2).data
		const damp = 0.7
		const { x } = await lsmr(a, b, { damp, atol: 0, btol: 0, conlim: 0, maxiter: 50 })
		const gradient = Array.from(x, (value, j) => {
			let sum = -damp * damp * value
			for (let i = 0; i < 9; i++) {
				let error = b[i] as number
				for (let k = 0; k < 4; k++) error -= (a.data[i * 4 + k] as number) * (x[k] as number)
				sum += (a.data[i * 4 + j] as number) * error
			}
			return sum
		})
		expect(gradient).toBeAllclose([0, 0, 0, 0], { rtol: 0, atol: 1e-13 })
	})

	it("takes as many iterations as there are columns by default", async () => {
		const { istop, iterations } = await lsmr(positiveDefinite(10), randomMatrix(10, 1).data, { atol: 0, btol: 0 })
		expect([istop, iterations]).toEqual([7, 10])
	})

	it("leaves matrix and right-hand side as they are", async () => {
		const a = randomMatrix(4, 3)
		const b = randomMatrix(4, 1, 2).data
		const before = [a.data.slice(), b.slice()]
		await lsmr(a, b)
		expect([a.data, b]).toEqual(before)
	})

	it("refuses a right-hand side of another length", async () => {
		await expect(lsmr(matrix64(3, 2), new Float64Array(2))).rejects.toThrow(ShapeError)
	})

	it("rejects with the reason of an aborted signal", async () => {
		const signal = AbortSignal.abort(new Error("enough"))
		await expect(lsmr(randomMatrix(3, 3), Float64Array.of(1, 2, 3), { signal })).rejects.toThrow("enough")
	})
})

describe("lsmrStop", () => {
	const tolerances = { atol: 1e-6, btol: 1e-6, conlim: 1e8, maxiter: 10 }
	const going = { iterations: 3, residual: 1, normalResidual: 1, norm: 1, condition: 10, xNorm: 1, bNorm: 1 }

	it("goes on while no rule is met", () => {
		expect(lsmrStop(going, tolerances)).toBeUndefined()
	})

	it.each([
		[1, { residual: 1.9e-6 }, {}],
		[2, { normalResidual: 9e-7 }, {}],
		[3, { condition: 1e8 }, {}],
		[4, { residual: 1e-17, normalResidual: 1 }, { atol: 0, btol: 0, conlim: 0 }],
		[5, { normalResidual: 1e-17 }, { atol: 0, btol: 0, conlim: 0 }],
		[6, { condition: 1e17 }, { atol: 0, btol: 0, conlim: 0 }],
		[7, { iterations: 10 }, {}],
		[1, { residual: 0, normalResidual: 0, condition: 1e17, iterations: 10 }, {}],
	])("stops with code %i at %o, tolerances %o", (istop, state, changed) => {
		expect(lsmrStop({ ...going, ...state }, { ...tolerances, ...changed })).toBe(istop)
	})
})
