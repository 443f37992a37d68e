import { costModelClaims } from "@winnow/tensor/conformance"
import { beforeAll, describe, expect, test } from "vitest"
import {
	fittingTable,
	isLatencyTables,
	type LatencyTable,
	latencyModel,
	parseLatencyTables,
	profileLatency,
} from "../src/index.ts"
import { madeUpWatch, straightCost, sublayersOf } from "./made-up-watch.ts"

const setting = { batch: 1, length: 16, threads: 1, precision: "fp32" } as const
const sublayers = sublayersOf([4, 4], [40, 40])
const model = { hidden: 16, sublayers }
let table: LatencyTable
beforeAll(async () => {
	const machine = { cpu: "an abacus", cores: 1 }
	table = await profileLatency(madeUpWatch(sublayers, straightCost), model, { setting, machine, name: "small" })
})

/** The table as JSON, with one thing changed. */
function changed(change: (table: LatencyTable) => void): unknown {
	const copy = structuredClone(table)
	change(copy)
	return JSON.parse(JSON.stringify(copy))
}

describe("a table from a file", () => {
	test("is what was measured", () => {
		expect(parseLatencyTables(changed(() => {}))).toEqual([table])
		expect(parseLatencyTables([changed(() => {}), changed(() => {})])).toEqual([table, table])
	})

	test("is told from other files: a list of tables, not one table, nor a list of anything else", () => {
		const one = changed(() => {})
		expect(isLatencyTables(JSON.stringify([one, one]))).toBe(true)
		const others = [one, [], [one, 1], [{ ...(one as object), schema: "winnow-latency/0" }], {}, null]
		for (const other of others) expect(isLatencyTables(JSON.stringify(other))).toBe(false)
		for (const text of ["", "mine", `${JSON.stringify([one])},`]) expect(isLatencyTables(text)).toBe(false)
	})

	const pointOf = (table: LatencyTable, index: number) => table.curves[1]!.points[index]!
	const refused: Record<string, [change: (table: LatencyTable) => void, message: string]> = {
		"a hole at its beginning": [
			(table) => table.curves[1]!.points.shift(),
			"the curve of ffn (tokens) must be 0 ms without units (was 0.31 ms with 1 of them)",
		],
		"a hole at its end": [
			(table) => table.curves[1]!.points.pop(),
			"the curve of ffn (tokens) must be measured up to 40 units (was up to 35)",
		],
		"points in disorder": [
			(table) => table.curves[1]!.points.reverse(),
			"the curve of ffn (tokens) must be 0 ms without units (was 0.7 ms with 40 of them)",
		],
		"a point twice": [
			(table) => (pointOf(table, 2).kept = 1),
			"the curve of ffn (tokens) must be of ascending numbers of units (was 1, 1)",
		],
		"a missing curve": [(table) => table.curves.pop(), "curves must be with one of ffn (first) (was without)"],
		"no points": [(table) => table.curves[0]!.points.splice(0), "curves[0].points must be non-empty (was [])"],
		"a negative latency": [
			(table) => (pointOf(table, 3).ms = -1),
			"curves[1].points[3].ms must be a finite number of milliseconds, zero or more (was -1)",
		],
		"NaN, which JSON writes as null": [
			(table) => (pointOf(table, 3).ms = Number.NaN),
			"curves[1].points[3].ms must be a finite number of milliseconds, zero or more (was null)",
		],
		"a negative fixed part": [
			(table) => (table.fixed = -0.1),
			"fixed must be a finite number of milliseconds, zero or more (was -0.1)",
		],
		"another schema": [
			(table) => ((table as { schema: string }).schema = "winnow-latency/9"),
			'schema must be "winnow-latency/1" (was "winnow-latency/9")',
		],
	}
	test.each(Object.entries(refused))("with %s is refused", (_, [change, message]) => {
		expect(() => parseLatencyTables(changed(change), "table.json")).toThrow(`table.json: ${message}`)
	})

	test("of NaN or infinity is refused where it does not come from JSON, too", () => {
		for (const ms of [Number.NaN, Number.POSITIVE_INFINITY]) {
			const copy = structuredClone(table)
			copy.curves[1]!.points[3]!.ms = ms
			expect(() => parseLatencyTables(copy)).toThrow("curves[1].points[3].ms must be a finite number of milliseconds")
		}
	})

	test.each([[null], [[]], ["a table"], [{}]])("that is %j is refused", (json) => {
		expect(() => parseLatencyTables(json, "table.json")).toThrow(/^table\.json: .* must be /)
	})
})

describe("the table for a model", () => {
	test("is found by shape and setting", () => {
		const other = { ...table, setting: { ...setting, batch: 32 } }
		expect(fittingTable([other, table], { model, setting })).toBe(table)
		expect(fittingTable([other, table], { model, setting: other.setting })).toBe(other)
	})

	test("of another model is refused with both shown", () => {
		const wide = { hidden: 32, sublayers: sublayersOf([8, 8], [80, 80]) }
		expect(() => fittingTable([table], { model: wide, setting }, "table.json")).toThrow(
			"table.json: its model must be hidden 32, heads of 4: 8 8, neurons: 80 80 (was hidden 16, heads of 4: 4 4, neurons: 40 40)",
		)
	})

	test.each([
		[{ batch: 32 }, "batch 32, length 16, 1 thread, fp32"],
		[{ length: 128 }, "batch 1, length 128, 1 thread, fp32"],
		[{ threads: 2 }, "batch 1, length 16, 2 threads, fp32"],
		[{ precision: "int8" } as const, "batch 1, length 16, 1 thread, int8"],
	])("served as %j is refused with both shown", (change, asked) => {
		expect(() => fittingTable([table], { model, setting: { ...setting, ...change } }, "table.json")).toThrow(
			`table.json: its setting must be ${asked} (was batch 1, length 16, 1 thread, fp32)`,
		)
	})
})

describe("the cost model", () => {
	test("satisfies what every cost model must", () => {
		for (const { check } of costModelClaims(latencyModel(table, sublayers), sublayers)) check()
	})

	test("is linear between measured points", () => {
		const curve = table.curves[1]!
		const [left, right] = [curve.points[3]!, curve.points[4]!]
		const middle = (left.kept + right.kept) / 2
		const bent = structuredClone(table)
		bent.curves[1]!.points[4]!.ms *= 3
		const { cost } = latencyModel(bent, sublayers)
		expect(Number.isInteger(middle)).toBe(false)
		const share = (Math.floor(middle) - left.kept) / (right.kept - left.kept)
		expect(cost(1, Math.floor(middle))).toBeCloseTo(left.ms + share * (3 * right.ms - left.ms), 12)
	})

	test("prices a model that was pruned before by the same curves", () => {
		const slim = sublayersOf([2, 0], [13, 40])
		const { cost } = latencyModel(table, slim)
		expect(cost(0, 2)).toBeCloseTo(straightCost(slim[0]!, 2), 9)
		expect(() => cost(0, 3)).toThrow("the kept units must be a whole number, 0 to 2 (was 3)")
	})

	test("of another model is refused", () => {
		expect(() => latencyModel(table, sublayersOf([5, 4], [40, 40]))).toThrow(
			"latency model: sublayer 0 must be attention of at most 4 units, as measured (was attention of 5)",
		)
		expect(() => latencyModel(table, sublayersOf([4, 4, 4], [40, 40, 40]))).toThrow(
			/latency model: sublayer \d must be/,
		)
	})
})

test("a table made by hand is checked where it becomes costs", () => {
	const withNaN = structuredClone(table)
	withNaN.curves[0]!.points[1]!.ms = Number.NaN
	expect(() => latencyModel(withNaN, sublayers)).toThrow(
		/^latency model: curves\[0\]\.points\[1\]\.ms must be a finite number/,
	)
	const cut = structuredClone(table)
	cut.curves[0]!.points.pop()
	expect(() => latencyModel(cut, sublayers)).toThrow(
		"latency model: the curve of attention (tokens) must be measured up to 4 units (was up to 3)",
	)
})
