import {
	InvalidInputError,
	type RemovalCurve,
	ShapeError,
	type Sublayer,
	type SublayerStatistics,
} from "@winnow/tensor"

/**
 * One curve a sublayer, from statistics in any order. They are let go one by one: G and S of a model may be large.
 *
 * @throws {InvalidInputError} when statistics are not finite
 * @throws {ShapeError} when statistics do not fit the sublayers, or those of a sublayer with units are missing or there twice
 */
export async function curvesOf(
	statistics: AsyncIterable<SublayerStatistics> | Iterable<SublayerStatistics>,
	sublayers: readonly Sublayer[],
	curve: (statistics: SublayerStatistics, sublayer: Sublayer) => Promise<RemovalCurve>,
): Promise<readonly RemovalCurve[]> {
	const curves = new Map<number, RemovalCurve>()
	for await (const each of statistics) {
		const sublayer = sublayers[each.sublayer]
		if (sublayer === undefined || curves.has(each.sublayer)) {
			throw new ShapeError("K-FAC statistics", "the sublayers", `each of ${sublayers.length} once`, each.sublayer)
		}
		checkStatistics(each, sublayer)
		curves.set(each.sublayer, await curve(each, sublayer))
	}
	return sublayers.map(({ units }, index) => curves.get(index) ?? emptyCurve(units, index))
}

function emptyCurve(units: number, sublayer: number): RemovalCurve {
	if (units === 0) return { order: new Uint32Array(), loss: new Float64Array(1) }
	throw new ShapeError("K-FAC statistics", `the statistics of sublayer ${sublayer}`, "there", "missing")
}

function checkStatistics(
	{ sublayer, weights, gram, sensitivity }: SublayerStatistics,
	{ units, channels }: Sublayer,
): void {
	const n = units * channels
	const d = weights.shape[1]
	const parts: readonly [name: string, shape: readonly number[], part: Part][] = [
		["W", [n, d], weights],
		["G", [n, n], gram],
		["S", [d, d], sensitivity],
	]
	for (const [name, shape, part] of parts) {
		if (part.shape.some((size, axis) => size !== shape[axis])) {
			const what = `the shape of ${name} of sublayer ${sublayer}`
			throw new ShapeError("K-FAC statistics", what, `[${shape.join(", ")}]`, part.shape)
		}
		const bad = part.data.find((value) => !Number.isFinite(value))
		if (bad === undefined) continue
		throw new InvalidInputError("K-FAC statistics", `${name} of sublayer ${sublayer}`, "finite", bad)
	}
}

interface Part {
	readonly shape: readonly number[]
	readonly data: Float32Array | Float64Array
}
