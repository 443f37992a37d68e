import { type Runtime, type TfjsBackend, tfjsRuntime } from "@winnow/runtime"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { evaluate, type PruneResult, prune, type Recipe } from "../src/index.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

const actual = await vi.importActual<typeof import("@winnow/runtime")>("@winnow/runtime")
vi.mock("@winnow/runtime", async (original) => ({ ...(await original<object>()), tfjsRuntime: vi.fn() }))

/** Makes TensorFlow.js run on one of its backends. */
function useBackend(backend: TfjsBackend): void {
	vi.mocked(tfjsRuntime).mockImplementation((o): Promise<Runtime> => actual.tfjsRuntime({ ...o, backend }))
}

let place: TinyWorkplace
let onnx: PruneResult
const recipe = (change: Partial<Recipe> = {}): Recipe => ({
	model: place.model,
	task: "sst2",
	data: place.data,
	out: place.path("out"),
	preset: "kwon2022",
	macs: 0.5,
	samples: 32,
	// What is searched is compared: rearrangement would move units.
	rearrange: "none",
	...change,
})

beforeAll(async () => {
	place = await tinyWorkplace()
	onnx = await prune(recipe({ runtime: "onnx", out: place.path("onnx") }))
})
afterAll(() => place.remove())

describe.each<TfjsBackend>(["wasm", "cpu"])("TensorFlow.js on %s", (backend) => {
	beforeAll(() => useBackend(backend))

	test("prunes to the same plan and scores as ONNX Runtime, and records what it is", async () => {
		const result = await prune(recipe({ runtime: "tfjs" }))
		expect(result.runtime).toBe(`tfjs 4.22.0 (${backend})`)
		expect(result.recipe.runtime).toBe("tfjs")
		expect(result.kept).toEqual(onnx.kept)
		for (const model of ["dense", "pruned"] as const) {
			expect(Math.abs(result.score[model]! - onnx.score[model]!)).toBeLessThanOrEqual(1e-3)
		}
	})

	test("stops within a batch when it is aborted, and leaves nothing", async () => {
		const before = await place.listing()
		const controller = new AbortController()
		const stopped = prune(recipe({ runtime: "tfjs", out: place.path("stopped") }), {
			signal: controller.signal,
			onProgress: ({ stage, done }) => {
				if (stage === "statistics" && done > 0) setTimeout(() => controller.abort(new Error("enough")))
			},
		})
		await expect(stopped).rejects.toThrow("enough")
		expect(await place.listing()).toEqual(before)
	})
})

describe("results of either runtime", () => {
	beforeAll(() => useBackend("wasm"))

	test("are searched again under the other", async () => {
		const curves = place.path("onnx", "curves.json")
		const smaller = { macs: 0.3, curves }
		const own = await prune(recipe({ ...smaller, runtime: "tfjs", out: place.path("tfjs") }))
		const theirs = await prune(recipe({ ...smaller, runtime: "onnx" }))
		expect(own.kept).toEqual(theirs.kept)
		const back = { ...smaller, curves: place.path("tfjs", "curves.json"), runtime: "onnx" } as const
		expect((await prune(recipe(back))).kept).toEqual(own.kept)
	})

	test("are scored under the other", async () => {
		const request = { model: place.path("onnx"), task: "sst2", data: place.data, runtime: "tfjs" } as const
		expect((await evaluate(request)).score).toBeCloseTo(onnx.score.pruned!, 3)
	})

	test("have a recipe that may be repeated on the other", async () => {
		const again = await prune(recipe({ ...onnx.recipe, runtime: "tfjs" } as Recipe))
		expect(again.kept).toEqual(onnx.kept)
	})
})

test("a runtime that there is not is refused by name", async () => {
	await expect(prune(recipe({ runtime: "torch" as never }))).rejects.toThrow(
		'prune: runtime must be "onnx" or "tfjs" (was "torch")',
	)
})
