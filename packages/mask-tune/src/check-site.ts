import { type Moments, type RepairSite, ShapeError } from "@winnow/tensor"

/** @throws {ShapeError} when weights, bias and moments of a site are not of one size */
export function checkSite({ sublayer: { units, channels }, side, weights, bias, fit, heldOut }: RepairSite): void {
	const inputs = side === "output" ? units * channels : weights.shape[0]
	const outputs = bias.length
	requireShape("the weights", [inputs, outputs], weights.shape)
	for (const [moments, where] of [[fit, ""] as const, ...(heldOut ? [[heldOut, " held out"] as const] : [])]) {
		checkMoments(moments, where, [inputs, outputs])
	}
}

function checkMoments({ xx, xy, x, y }: Moments, where: string, [inputs, outputs]: readonly [number, number]): void {
	requireShape(`x^T x${where}`, [inputs, inputs], xx.shape)
	requireShape(`x^T y${where}`, [inputs, outputs], xy.shape)
	requireShape(`the sums of x${where}`, [inputs], [x.length])
	requireShape(`the sums of y${where}`, [outputs], [y.length])
}

function requireShape(what: string, expected: readonly number[], actual: readonly number[]): void {
	if (expected.length === actual.length && expected.every((size, axis) => size === actual[axis])) return
	throw new ShapeError("repair site", `the shape of ${what}`, `[${expected.join(", ")}]`, actual)
}
