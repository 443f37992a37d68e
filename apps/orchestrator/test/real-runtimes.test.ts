import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { prune } from "../src/index.ts"
import { writeRealWorkplace } from "./real-workplace.ts"

// Minutes on a machine that is busy with other things.
const timeout = 900_000

let folder: string
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-real-runtimes-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// In WebAssembly this would take an hour.
const needed = needs("all-minilm-l6-v2", "libtensorflow")

test("TensorFlow's library prunes a model to the plan and the scores of ONNX Runtime", {
	timeout,
	...needed,
}, async () => {
	const choices = { preset: "kwon2022", macs: 0.5, rearrange: "none", timing: false } as const
	const recipe = { ...(await writeRealWorkplace(folder)), ...choices, formats: [] }
	const onnx = await prune({ ...recipe, runtime: "onnx", out: join(folder, "onnx") })
	const tfjs = await prune({ ...recipe, runtime: "tfjs", out: join(folder, "tfjs") })
	expect(tfjs.runtime).toContain("libtensorflow")
	expect(tfjs.kept).toEqual(onnx.kept)
	for (const model of ["dense", "pruned"] as const) {
		expect(Math.abs(tfjs.score[model]! - onnx.score[model]!)).toBeLessThanOrEqual(1e-3)
	}
})
