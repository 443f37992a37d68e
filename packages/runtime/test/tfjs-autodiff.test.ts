import { createRequire } from "node:module"
import tf from "@tensorflow/tfjs"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { maskKeys, miniatureEncoder, miniatureFeeds, type Widths } from "../src/conformance/miniature-encoder.ts"
import { bindSizes } from "../src/graph/bind-sizes.ts"
import type { Data, Graph } from "../src/graph/graph.ts"
import { type Runtime, tfjsRuntime } from "../src/index.ts"
import type { Call } from "../src/tfjs/call.ts"
import { resultOf, tensorOf } from "../src/tfjs/compute.ts"
import type { Device, Tensor } from "../src/tfjs/device.ts"
import { openDevice } from "../src/tfjs/open-device.ts"
import { planOf } from "../src/tfjs/plan.ts"

type Feeds = Readonly<Record<string, Data>>

/** dLoss/dInput by TensorFlow.js's own reverse mode: of the forward pass alone, none of our gradient rules has a part in it. */
function ownGradients(device: Device, { inputs, outputs }: Graph, o: { feeds: Feeds; keys: readonly string[] }) {
	const forward = { inputs, outputs: { loss: outputs.loss! } }
	const { fixed, feeds, steps, outputs: named } = planOf(forward, device)
	const sizes = bindSizes(forward, o.feeds)
	const loss = (...masks: Tensor[]) => {
		const results = new Map<Call, Tensor>()
		for (const [key, call] of feeds) {
			const mask = masks[o.keys.indexOf(key)]
			results.set(call, mask ?? tensorOf(device, o.feeds[key]!))
		}
		for (const call of [...fixed, ...steps.map((step) => step.call)]) {
			results.set(call, resultOf(device, call, { results, sizes }))
		}
		return results.get(named.get("loss")!)!
	}
	const slopes = tf.grads(loss)(o.keys.map((key) => tensorOf(device, o.feeds[key]!)))
	return slopes.map((slope) => slope.dataSync())
}

const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))

describe("mask gradients of the miniature encoder agree with TensorFlow.js's own reverse mode", () => {
	let runtime: Runtime
	let device: Device
	beforeAll(async () => {
		runtime = await tfjsRuntime({ backend: "cpu" })
		device = await openDevice("cpu")
	})
	afterAll(() => runtime.close())

	test.each<Widths & { batch: number; length: number }>([
		{ heads: [2, 1], neurons: [5, 3], batch: 3, length: 5 },
		{ heads: [1, 2], neurons: [0, 4], batch: 2, length: 6 },
		{ heads: [2, 2, 1], neurons: [7, 4, 6], batch: 4, length: 4 },
	])("with random masks and padding: %o", async ({ batch, length, ...widths }) => {
		const graph = miniatureEncoder(widths)
		const feeds: Feeds = miniatureFeeds(widths, { batch, length })
		// A sublayer without neurons has no slopes to compare.
		const keys = maskKeys(widths).filter((key) => feeds[key]!.data.length > 0)
		const program = await runtime.compile(graph)
		const ours = await program.run(feeds)
		const theirs = ownGradients(device, graph, { feeds, keys })
		for (const [i, key] of keys.entries()) {
			const slopes = ours[`slope_${key}`]!.data as Float32Array
			expect(norm(theirs[i]!)).toBeGreaterThan(0.01)
			const difference = norm(slopes.map((slope, j) => slope - theirs[i]![j]!))
			expect(difference / norm(theirs[i]!)).toBeLessThan(1e-4)
		}
	})
})

test("every package of TensorFlow.js works with the same core", () => {
	const require = createRequire(import.meta.url)
	const core = require.resolve("@tensorflow/tfjs-core")
	for (const name of ["tfjs", "tfjs-backend-cpu", "tfjs-backend-wasm"]) {
		expect(createRequire(require.resolve(`@tensorflow/${name}`)).resolve("@tensorflow/tfjs-core")).toBe(core)
	}
})
