import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { type Runtime, type TfjsBackend, tfjsBackends, tfjsRuntime } from "@winnow/runtime"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { type PruneResult, prune } from "../src/index.ts"

const actual = await vi.importActual<typeof import("@winnow/runtime")>("@winnow/runtime")
vi.mock("@winnow/runtime", async (original) => ({ ...(await original<object>()), tfjsRuntime: vi.fn() }))

const presets = ["winnow", "kwon2022"] as const
const timeout = 300_000

let folder: string
const onnx = new Map<string, PruneResult>()

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-demo-runtimes-"))
	// As many rows as plain JavaScript gets through in seconds.
	for (const [split, rows] of Object.entries({ train: 64, dev: 12, test: 6 })) {
		const lines = (await readFile(join(demoDataFolder(), `${split}.tsv`), "utf8")).split("\n")
		await writeFile(join(folder, `${split}.tsv`), lines.slice(0, rows + 1).join("\n"))
	}
	for (const preset of presets) onnx.set(preset, await pruned(preset, "onnx"))
}, timeout)
afterAll(() => rm(folder, { recursive: true }))

function pruned(preset: (typeof presets)[number], runtime: "onnx" | "tfjs"): Promise<PruneResult> {
	const demo = { model: demoModelFolder(), task: "sst2", data: folder, samples: 48, macs: 0.5 }
	// What is searched is compared: rearrangement may settle near-ties otherwise.
	return prune({ ...demo, preset, runtime, rearrange: "none", out: join(folder, `${preset}-${runtime}`) })
}

for (const backend of tfjsBackends) {
	describe(`TensorFlow.js on ${backend}`, backend === "node-gpu" ? needs("libtensorflow") : {}, () => {
		test.each(presets)(
			"%s keeps the units and reaches the scores that it does on ONNX Runtime",
			{ timeout },
			async (preset) => {
				use(backend)
				const [ours, theirs] = [await pruned(preset, "tfjs"), onnx.get(preset)!]
				expect(ours.runtime).toContain(backend === "node-gpu" ? "libtensorflow" : backend)
				// The last layer sees one row a sample: K-FAC curves of so few rows have ties, which rounding decides.
				expect(overlap(ours.kept, theirs.kept)).toBeGreaterThanOrEqual(preset === "winnow" ? 0.99 : 1)
				for (const model of ["dense", "pruned"] as const) {
					expect(Math.abs(ours.score[model]! - theirs.score[model]!)).toBeLessThanOrEqual(1e-3)
				}
				expect(ours.guide.measured).toBeCloseTo(theirs.guide.measured!, 2)
			},
		)
	})
}

/** Share of their units that are ours, too. */
function overlap(ours: readonly number[][], theirs: readonly number[][]): number {
	const common = theirs.flatMap((units, l) => units.filter((unit) => ours[l]!.includes(unit)))
	return common.length / theirs.flat().length
}

/** Makes TensorFlow.js run on one of its backends. */
function use(backend: TfjsBackend): void {
	vi.mocked(tfjsRuntime).mockImplementation((o): Promise<Runtime> => actual.tfjsRuntime({ ...o, backend }))
}
