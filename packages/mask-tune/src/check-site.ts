import { type RepairSite, ShapeError } from "@winnow/tensor"

/** @throws {ShapeError} when weights, bias and moments of a site are not of one size */
export function checkSite({ sublayer: { units, channels }, weights, bias, fit }: RepairSite): void {
	const inputs = units * channels
	const outputs = bias.length
	const shapes: readonly [what: string, expected: readonly number[], actual: readonly number[]][] = [
		["the weights", [inputs, outputs], weights.shape],
		["x^T x", [inputs, inputs], fit.xx.shape],
		["x^T y", [inputs, outputs], fit.xy.shape],
		["the sums of x", [inputs], [fit.x.length]],
		["the sums of y", [outputs], [fit.y.length]],
	]
	for (const [what, expected, actual] of shapes) {
		if (expected.length !== actual.length || expected.some((size, axis) => size !== actual[axis])) {
			throw new ShapeError("repair site", `the shape of ${what}`, `[${expected.join(", ")}]`, actual)
		}
	}
}
