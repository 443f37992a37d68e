import type { Gemm64 } from "@winnow/linalg"
import { type Closeness, toBeAllclose } from "@winnow/testing"
import { describe, expect, test } from "vitest"
import { gradientGraph } from "../src/conformance/gradient-graph.ts"
import { maskKeys, miniatureEncoder, miniatureFeeds } from "../src/conformance/miniature-encoder.ts"
import { drawnFeeds } from "../src/conformance/operation-case.ts"
import { operationCases } from "../src/conformance/operation-cases.ts"
import { runtimeClaims } from "../src/conformance.ts"
import { type Data, type Graph, inOrder } from "../src/graph/graph.ts"
import type { OperationName } from "../src/graph/operation.ts"
import { trace } from "../src/graph/ops.ts"
import { interpret } from "../src/interpret/interpret.ts"
import { interpreter } from "../src/interpret/interpreter.ts"
import type { Program, Runtime } from "../src/runtime.ts"

expect.extend({ toBeAllclose })

const runtime = interpreter()

describe("the interpreter", () => {
	for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
})

type Feeds = Readonly<Record<string, Data>>

/** (loss(x + h) - loss(x - h)) / 2h for every element of one feed. */
function centralDifferences(graph: Graph, feeds: Feeds, key: string): Float64Array {
	const { shape, data } = feeds[key]!
	const step = 1e-5
	const lossAt = (element: number, by: number) => {
		const moved = Float64Array.from(data as Float32Array)
		moved[element]! += by
		return interpret(graph, { ...feeds, [key]: { shape, data: moved } }).loss!.data[0]!
	}
	return Float64Array.from(data as Float32Array, (_, i) => (lossAt(i, step) - lossAt(i, -step)) / (2 * step))
}

/** Truncation of central differences (third derivatives) and cancellation in them, relative to the largest slope. */
const differences = (expected: Float64Array): Closeness => {
	const largest = expected.reduce((max, slope) => Math.max(max, Math.abs(slope)), 1e-3)
	return { rtol: 1e-7, atol: 1e-7 * largest }
}

/** Nothing real goes in, or no program asks: `gradient` refuses to go through these, or has nothing to go to. */
const withoutGradient: readonly OperationName[] = [
	"constant",
	"layerNormMean",
	"layerNormInverseDeviation",
	"gather",
	"flattenRows",
	"iota",
	"toFloat",
]

describe("gradients agree with central differences in float64", () => {
	for (const [operation, cases] of Object.entries(operationCases)) {
		for (const each of cases.filter(({ wrt }) => wrt.length > 0)) {
			test(`${operation} ${each.name}`, () => {
				const { graph, inputs } = gradientGraph(each)
				const feeds = drawnFeeds(inputs, each.sizes[0]!, each.draw)
				const results = interpret(graph, feeds)
				for (const key of each.wrt) {
					const expected = centralDifferences(graph, feeds, key)
					expect(results[`slope_${key}`]!.data).toBeAllclose(expected, differences(expected))
				}
			})
		}
	}
})

describe("the miniature encoder", () => {
	const widths = { heads: [2, 1], neurons: [5, 3] }
	const graph = miniatureEncoder(widths)

	test("has the mask gradients that central differences find, with padding in the batch", () => {
		const feeds = miniatureFeeds(widths, { batch: 3, length: 4 })
		const results = interpret(graph, feeds)
		for (const key of maskKeys(widths)) {
			const expected = centralDifferences(graph, feeds, key)
			expect(results[`slope_${key}`]!.data).toBeAllclose(expected, differences(expected))
		}
	})

	test("gives a padded sample the logits and gradients that it has alone", () => {
		const feeds = miniatureFeeds(widths, { batch: 3, length: 4 })
		const together = interpret(graph, feeds)
		const alone = interpret(graph, sampleOf(feeds, 2))
		for (const [key, { shape, data }] of Object.entries(alone)) {
			if (key === "loss") continue
			const width = shape[1]!
			expect(together[key]!.data.subarray(2 * width, 3 * width)).toBeAllclose(data, { rtol: 1e-12, atol: 1e-13 })
		}
	})
})

/** The feeds of one sample, cut to its length. */
function sampleOf(feeds: Feeds, sample: number): Feeds {
	const row = ({ shape, data }: Data) => data.subarray(sample * shape[1]!, (sample + 1) * shape[1]!)
	const length = (row(feeds.mask!) as Float32Array).reduce((sum, token) => sum + token, 0)
	return Object.fromEntries(
		Object.entries(feeds).map(([key, feed]) => {
			const all = row(feed)
			const data = key === "ids" || key === "mask" ? all.subarray(0, length) : all
			return [key, { shape: [1, data.length], data }]
		}),
	)
}

describe("the suite", () => {
	test("tries every operation in each of its cases", () => {
		for (const [operation, cases] of Object.entries(operationCases)) {
			for (const { inputs, program } of cases) {
				const graph = trace(inputs, program)
				const used = inOrder([...Object.values(graph.outputs), ...Object.values(graph.inputs)])
				expect(used.map(({ operation: { name } }) => name)).toContain(operation)
			}
		}
	})

	test("tries the gradient of every operation that has one", () => {
		for (const [operation, cases] of Object.entries(operationCases)) {
			const tried = cases.some(({ wrt }) => wrt.length > 0)
			expect({ operation, tried }).toEqual({ operation, tried: !withoutGradient.includes(operation as OperationName) })
		}
	})

	test("finds an element that is off by 1e-4 wherever a float comes out", async () => {
		const off = changed((program) => ({ ...program, run: async (feeds) => lastMoved(await program.run(feeds), 1e-4) }))
		const found = new Set(await namesOfFailures(off))
		for (const [operation, cases] of Object.entries(operationCases)) {
			for (const { name, inputs, program, sizes, draw } of cases) {
				const outputs = sizes.map((bound) => interpret(trace(inputs, program), drawnFeeds(inputs, bound, draw)))
				const floats = outputs.flatMap((each) => Object.values(each)).filter(({ data }) => data instanceof Float64Array)
				const visible = floats.some(({ data }) => data.length > 0)
				expect({ operation, name, found: found.has(`${operation} ${name}`) }).toEqual({
					operation,
					name,
					found: visible,
				})
			}
		}
	})

	test("finds programs that misbehave", async () => {
		const flaws: Readonly<Record<string, (program: Program) => Program>> = {
			"a released program rejects to run": (program) => ({ ...program, release: async () => {} }),
			"feeds stay as they are": (program) => ({
				...program,
				async run(feeds) {
					const outputs = await program.run(feeds)
					for (const { data } of Object.values(feeds)) data.fill(0 as never)
					return outputs
				},
			}),
			"results stay as they are when a program runs again": (program) => {
				let before: Record<string, Data> = {}
				const run: Program["run"] = async (feeds) => {
					for (const { data } of Object.values(before)) data.fill(0 as never)
					before = await program.run(feeds)
					return before
				}
				return { ...program, run }
			},
			"a program gives the same answer again": (program) => {
				let runs = 0
				return { ...program, run: async (feeds) => lastMoved(await program.run(feeds), runs++ * 1e-9) }
			},
			"runs of one program can overlap": (program) => {
				let latest: Feeds = {}
				const run: Program["run"] = async (feeds) => {
					latest = feeds
					await Promise.resolve()
					return program.run(latest)
				}
				return { ...program, run }
			},
			"feeds that do not fit are rejected, and the program goes on": (program) => ({
				...program,
				run: (feeds) => program.run(feeds).catch(() => ({})),
			}),
		}
		for (const [claim, change] of Object.entries(flaws)) {
			expect(await namesOfFailures(changed(change))).toContain(claim)
		}
	})

	test("finds a gemm64 in float32", async () => {
		const gemm64: Gemm64 = async (a, b, o) => {
			const { rows, columns, data } = await runtime.gemm64(a, b, o)
			return { rows, columns, data: Float64Array.from(Float32Array.from(data)) }
		}
		expect(await namesOfFailures({ ...runtime, gemm64 })).toEqual([
			"gemm64 takes rectangular matrices, transposed or not",
			"gemm64 takes more terms than a block, transposed or not",
			"gemm64 takes a single element, transposed or not",
		])
	})

	test("has no two claims of one name", () => {
		const names = runtimeClaims().map(({ name }) => name)
		expect(new Set(names).size).toBe(names.length)
	})
})

function changed(change: (program: Program) => Program): Runtime {
	return { ...runtime, compile: async (graph) => change(await runtime.compile(graph)) }
}

function lastMoved(outputs: Record<string, Data>, by: number): Record<string, Data> {
	for (const { data } of Object.values(outputs)) {
		if (data instanceof Float64Array && data.length > 0)
			data[data.length - 1]! += by * Math.max(1, Math.abs(data.at(-1)!))
	}
	return outputs
}

async function namesOfFailures(broken: Runtime): Promise<readonly string[]> {
	const failures: string[] = []
	for (const { name, check } of runtimeClaims()) await check(broken).catch(() => failures.push(name))
	return failures
}
