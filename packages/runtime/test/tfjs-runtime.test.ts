import tf from "@tensorflow/tfjs-core"
import { needs } from "@winnow/testing"
import { afterAll, describe, expect, test } from "vitest"
import { maskKeys, miniatureEncoder, miniatureFeeds } from "../src/conformance/miniature-encoder.ts"
import { type Runtime, tfjsBackends, tfjsRuntime, trace } from "../src/index.ts"

const widths = { heads: [2, 1], neurons: [5, 3] }
const graph = miniatureEncoder(widths)
const feeds = miniatureFeeds(widths, { batch: 3, length: 5 })

/** Backends with what their tests need, and their runtime, which the library's has only where it is installed. */
const opened = await Promise.all(
	tfjsBackends.map(async (backend) => {
		const needed = backend === "node-gpu" ? needs("libtensorflow") : {}
		return { backend, needed, found: needed.skip ? undefined : await tfjsRuntime({ backend }) }
	}),
)
const runtimes = opened.flatMap(({ found }) => found ?? [])
afterAll(() => Promise.all(runtimes.map((runtime) => runtime.close())))

const held = () => {
	const { numTensors, numBytes } = tf.memory()
	return { numTensors, numBytes }
}

describe.each(opened)("on $backend", ({ backend, needed, found }) => {
	const runtime = found as Runtime

	test("names TensorFlow.js, its version and what it runs on", needed, () => {
		expect(runtime.name).toMatch(
			backend === "node-gpu" ? /^tfjs 4\.22\.0 \(libtensorflow 2\.\d+\.\d+(, GPU)?\)$/ : `tfjs 4.22.0 (${backend})`,
		)
	})

	test("holds a program's constants until it is released, and nothing of its runs", needed, async () => {
		const before = held()
		const program = await runtime.compile(graph)
		const compiled = held()
		expect(compiled.numTensors).toBeGreaterThan(before.numTensors)
		await program.run(feeds)
		expect(held()).toEqual(compiled)
		await expect(program.run({ ...feeds, ids: { shape: [3, 5], data: new Int32Array(15).fill(99) } })).rejects.toThrow(
			"gather: every index must be from 0 to 10 (was 99)",
		)
		expect(held()).toEqual(compiled)
		await program.release()
		expect(held()).toEqual(before)
	})

	test("releases the programs that are left when it closes", needed, async () => {
		const before = held()
		const other = await tfjsRuntime({ backend })
		const program = await other.compile(graph)
		await other.close()
		expect(held()).toEqual(before)
		await expect(program.run(feeds)).rejects.toThrow("tfjs: the program must be one that was not released")
	})

	test("keeps resident memory flat over 50 batches", needed, async () => {
		const chain = trace({ x: { shape: ["row", 256] } }, (ops, { x }) => {
			let y = x
			for (let i = 0; i < 4; i++) y = ops.mul(ops.add(y, x), ops.constant(0.5))
			return { y }
		})
		const program = await runtime.compile(chain)
		const x = { shape: [256, 256], data: new Float32Array(256 * 256).fill(0.5) }
		const mebibytesAfter = async (runs: number) => {
			for (let i = 0; i < runs; i++) await program.run({ x })
			return process.memoryUsage.rss() / 2 ** 20
		}
		// Allocators settle first. Results left behind would be 2 MiB a run: 100 MiB over 50 batches.
		const start = await mebibytesAfter(10)
		const grown = (await mebibytesAfter(50)) - start
		console.log(`${runtime.name}: ${start.toFixed(0)} MiB resident, ${grown.toFixed(1)} MiB more after 50 batches`)
		expect(grown).toBeLessThan(60)
		await program.release()
	})

	test("lets timers run between batches", needed, async () => {
		const program = await runtime.compile(graph)
		let ticks = 0
		const timer = setInterval(() => ticks++, 0)
		for (let i = 0; i < 20; i++) await program.run(feeds)
		clearInterval(timer)
		expect(ticks).toBeGreaterThan(0)
		await program.release()
	})
})

test("programs of two backends take turns", async () => {
	const programs = await Promise.all(runtimes.map((runtime) => runtime.compile(graph)))
	const [first, ...others] = await Promise.all([...programs, ...programs].map((program) => program.run(feeds)))
	for (const outputs of others) {
		for (const key of maskKeys(widths)) {
			const [a, b] = [outputs, first!].map((each) => each[`slope_${key}`]!.data as Float32Array)
			for (const [i, slope] of a!.entries()) expect(Math.abs(slope - b![i]!)).toBeLessThan(1e-5)
		}
	}
	for (const program of programs) await program.release()
})

test("loading a backend leaves no handler of crashes behind", () => {
	const sources = ["uncaughtException", "unhandledRejection"].flatMap((event) =>
		(process as NodeJS.EventEmitter).listeners(event).map(String),
	)
	expect(sources.filter((source) => source.includes("ExitStatus") || /^function\s*\(reason\)/.test(source))).toEqual([])
})
