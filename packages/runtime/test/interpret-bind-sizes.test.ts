import { ShapeError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { bindSizes } from "../src/graph/bind-sizes.ts"
import type { Data } from "../src/graph/graph.ts"
import { trace } from "../src/graph/ops.ts"

const graph = trace(
	{ ids: { shape: ["batch", "length"], type: "int" }, x: { shape: ["batch", 3] }, flat: { shape: ["batch*length"] } },
	(ops, { x }) => ({ y: ops.exp(x) }),
)
const floats = (...shape: number[]): Data => ({ shape, data: new Float32Array(shape.reduce((p, n) => p * n, 1)) })
const ids: Data = { shape: [2, 5], data: new Int32Array(10) }
const right = { ids, x: floats(2, 3), flat: floats(10) }

test("every symbol gets its size, also from inputs that no output reads", () => {
	expect(bindSizes(graph, right)).toEqual(
		new Map([
			["batch", 2],
			["length", 5],
		]),
	)
})

test("sizes of zero and float64 are right", () => {
	const none = { ids: { shape: [0, 5], data: new Int32Array(0) }, x: { shape: [0, 3], data: new Float64Array(0) } }
	expect(bindSizes(graph, { ...none, flat: floats(0) }).get("batch")).toBe(0)
})

test("feeds that do not fit are refused, and the message says which", () => {
	const { x: _, ...missing } = right
	const wrong: readonly [feeds: Record<string, Data>, message: string][] = [
		[missing, "feeds: x must be given (was missing)"],
		[{ ...right, y: floats(1) }, "feeds: every feed must be one of ids, x, flat (was y)"],
		[{ ...right, x: floats(6) }, "feeds: the shape of x must be [batch, 3] (was [6])"],
		[{ ...right, x: floats(2, 4) }, "feeds: the shape of x must be [2, 3] = [batch, 3] (was [2, 4])"],
		[{ ...right, x: floats(3, 3) }, "feeds: the shape of x must be [2, 3] = [batch, 3] (was [3, 3])"],
		[{ ...right, flat: floats(9) }, "feeds: the shape of flat must be [10] = [batch*length] (was [9])"],
		[{ ...right, ids: floats(2, 5) }, "feeds: the data of ids must be an Int32Array (was Float32Array)"],
		[
			{ ...right, x: { shape: [2, 3], data: new Int32Array(6) } },
			"feeds: the data of x must be a Float32Array or a Float64Array (was Int32Array)",
		],
		[{ ...right, x: { shape: [2, 3], data: new Float32Array(5) } }, "feeds: the data of x must be 6 long (was 5)"],
	]
	for (const [feeds, message] of wrong) expect(() => bindSizes(graph, feeds)).toThrow(message)
	expect(() => bindSizes(graph, missing)).toThrow(ShapeError)
})
