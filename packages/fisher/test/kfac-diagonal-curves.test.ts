import { mustBe, tensor } from "@winnow/tensor"
import { f64, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { kfacDiagonalCurves } from "../src/index.ts"
import fixtures from "./fixtures/kfac-curves.json" with { type: "json" }
import { material, sublayerOf } from "./statistics.ts"

expect.extend({ toBeAllclose })

test.each(fixtures)("the diagonal is the prototype's: $name", async ({ units, channels, hidden: d, ...theirs }) => {
	const n = units * channels
	const statistics = {
		sublayer: 0,
		weights: tensor("channel hidden", [n, d], Float32Array.from(theirs.weights)),
		gram: tensor("channel channel", [n, n], Float64Array.from(theirs.gram)),
		sensitivity: tensor("hidden hidden", [d, d], Float64Array.from(theirs.sensitivity)),
	}
	const [curve] = await kfacDiagonalCurves([statistics], [sublayerOf(units, channels)])
	expect([...curve!.order]).toEqual(theirs.diagonalOrder)
	let sum = 0
	expect(curve!.loss).toBeAllclose([0, ...theirs.diagonalIncrements.map((each) => (sum += each))], f64)
})

test("without correlations it is what compensation cannot better", async () => {
	// One channel, one hidden dimension: 1/2 G w^2 S.
	const statistics = {
		sublayer: 0,
		weights: tensor("channel hidden", [2, 1], Float32Array.of(3, 1)),
		gram: tensor("channel channel", [2, 2], Float64Array.of(2, 0, 0, 4)),
		sensitivity: tensor("hidden hidden", [1, 1], Float64Array.of(5)),
	}
	const [curve] = await kfacDiagonalCurves([statistics], [sublayerOf(2)])
	expect(curve).toEqual({ order: Uint32Array.of(1, 0), loss: Float64Array.of(0, 10, 55) })
})

test("statistics that are not finite are refused", async () => {
	const { statistics, sublayer } = material({ units: 2 })
	statistics.gram.data[0] = Number.NaN
	const refusal = `K-FAC statistics: ${mustBe("G of sublayer 0", "finite", Number.NaN)}`
	await expect(kfacDiagonalCurves([statistics], [sublayer])).rejects.toThrow(refusal)
})
