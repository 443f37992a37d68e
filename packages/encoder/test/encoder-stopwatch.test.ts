import { interpreter, type Runtime } from "@winnow/runtime"
import { beforeAll, expect, test } from "vitest"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { tinyModel } from "./tiny-model.ts"

/** A runtime whose programs count their runs as milliseconds, and note what they are fed. */
function noting() {
	const seen: { shapes: Record<string, readonly number[]>; widths: (readonly number[])[]; released: number } = {
		shapes: {},
		widths: [],
		released: 0,
	}
	const runtime: Runtime = {
		...interpreter(),
		name: "noting",
		async compile(graph) {
			const program = await interpreter().compile(graph)
			return {
				...program,
				async time(feeds, runs) {
					seen.shapes = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape]))
					await program.run(feeds)
					return Float64Array.from({ length: runs }, (_, run) => run)
				},
				async release() {
					seen.released++
					await program.release()
				},
			}
		},
	}
	return { runtime, seen }
}

let encoder: TransformerEncoder
const { runtime, seen } = noting()
beforeAll(async () => {
	encoder = await loadEncoder(tinyModel(), { runtime })
})

test("times slim copies from tokens to logits", async () => {
	const watch = encoder.stopwatch({ batch: 3, length: 5 })
	expect(watch.runtime).toBe("noting")
	const widths = encoder.sublayers.map(({ units }) => units)
	for (const kept of [widths, widths.map(() => 1), widths.map(() => 0)]) {
		const timed = await watch.prepare(kept)
		expect(Array.from(await timed.time(4))).toEqual([0, 1, 2, 3])
		expect(seen.shapes).toEqual({ ids: [3, 5], segments: [3, 5], mask: [3, 5] })
		await timed.release()
	}
	expect(seen.released).toBe(3)
})

test("times them on another runtime that it is given", async () => {
	const other = noting()
	const watch = encoder.stopwatch({ batch: 1, length: 4, runtime: { ...other.runtime, name: "another" } })
	const before = { ...seen }
	const timed = await watch.prepare(encoder.sublayers.map(({ units }) => units))
	await timed.time(1)
	expect(watch.runtime).toBe("another")
	expect(other.seen.shapes).toEqual({ ids: [1, 4], segments: [1, 4], mask: [1, 4] })
	expect(seen).toEqual(before)
})

test("refuses widths that the model has not", async () => {
	const watch = encoder.stopwatch({ batch: 1, length: 4 })
	const widths = encoder.sublayers.map(({ units }) => units)
	await expect(watch.prepare(widths.with(1, 99))).rejects.toThrow(
		"latency: the width of sublayer 1 must be 0 to 6 (was 99)",
	)
	await expect(watch.prepare(widths.slice(1))).rejects.toThrow("latency: the width of sublayer")
})

test.each([
	[{ batch: 0, length: 4 }, "latency: the batch must be 1 or more (was 0)"],
	[{ batch: 1, length: 0 }, /latency: the length must be 1 to \d+, the model's positions \(was 0\)/],
	[{ batch: 1, length: 9999 }, /latency: the length must be 1 to \d+, the model's positions \(was 9999\)/],
])("refuses the input %j", (input, message) => {
	expect(() => encoder.stopwatch(input)).toThrow(message)
})
