import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import { diagonalCurves } from "@winnow/fisher"
import { macModel } from "@winnow/flops-model"
import { encodeExamples, evaluate, parseSampleIndices, readExamples, taskNamed } from "@winnow/glue-eval"
import { kwon2022Search } from "@winnow/mask-search"
import { scales, tune } from "@winnow/mask-tune"
import { rearrange } from "@winnow/rearrange"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import type { Kept, MaskGradients, Plan, Sample } from "@winnow/tensor"
import { type Golden, type GoldenConstraint, goldenConstraints, needs, readGolden, sharedFile } from "@winnow/testing"
import { loadTokenizer } from "@winnow/tokenizer"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

// What the paper's own code computed on two of our models, repeated from the token ids on (paper.md section 1, strict reference).

const folders = { stsb: "STS-B", sst2: "SST-2" } as const

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime()
})
afterAll(() => runtime.close())

/** ||a - b|| / ||b|| */
function relativeDistance(a: Float32Array, b: Float32Array): number {
	let [difference, norm] = [0, 0]
	for (let i = 0; i < b.length; i++) {
		difference += (a[i]! - b[i]!) ** 2
		norm += b[i]! ** 2
	}
	return Math.sqrt(difference / norm)
}

/** Share of the units kept by `theirs` that `ours` keeps. */
function overlap(ours: Kept, theirs: Kept): number {
	let [common, all] = [0, 0]
	for (const [l, list] of theirs.entries()) {
		const own = new Set(ours[l]!)
		common += list.filter((unit) => own.has(unit)).length
		all += list.length
	}
	return common / all
}

// Minutes on a busy machine: 2,048 samples through a whole model, several times.
const patience = 900_000

const lists = (kept: Kept) => kept.map((list) => [...list])

for (const name of ["stsb", "sst2"] as const) {
	describe(name, needs("shared"), () => {
		const task = taskNamed(name)
		let golden: Golden
		let json: { readonly dense: number; readonly runs: Record<GoldenConstraint, { readonly score_tuned: number }> }
		let encoder: TransformerEncoder
		let samples: readonly Sample[]
		let dev: readonly Sample[]
		let gradients: MaskGradients
		beforeAll(async () => {
			golden = readGolden(name)
			json = JSON.parse(readFileSync(sharedFile(`goldens/kwon2022-${name}/golden.json`), "utf8"))
			const modelFolder = fileURLToPath(sharedFile(`models/minilm-${name}`))
			const data = fileURLToPath(sharedFile(`data/glue/${folders[name]}`))
			const tokenizer = await loadTokenizer(modelFolder)
			const { examples } = await readExamples(task, data, { split: "train" })
			const indices = parseSampleIndices(JSON.stringify(json), examples.length, "golden.json")
			samples = encodeExamples(
				task,
				Array.from(indices, (i) => examples[i]!),
				tokenizer,
			)
			dev = encodeExamples(task, (await readExamples(task, data, { split: "dev" })).examples, tokenizer)
			const folder = await openModelFolder(modelFolder)
			encoder = await loadEncoder(folder, { runtime })
			await folder.close()
			gradients = await encoder.maskGradients(samples, { loss: "task", per: { batch: 32 } })
		}, patience)

		test(
			"the dense score is the reference's to 4 digits",
			async () => {
				const { main } = await evaluate(encoder, task, dev)
				expect(main.toFixed(4)).toBe(json.dense.toFixed(4))
			},
			patience,
		)

		test("mask gradients agree to 1e-5 per sublayer", () => {
			const distances = gradients.map(({ data }, l) => relativeDistance(data, golden.gradients[l]!.data))
			console.log(`${name}: largest relative distance of the mask gradients ${Math.max(...distances).toExponential(1)}`)
			expect(Math.max(...distances)).toBeLessThan(1e-5)
		})

		test(
			"from our gradients, searched masks are identical and rearranged ones overlap by 95 % or more",
			async () => {
				const cost = macModel(golden.sublayers, { hidden: golden.hidden, length: golden.length })
				for (const constraint of goldenConstraints) {
					const searched = kwon2022Search(diagonalCurves(gradients), cost, { share: Number(constraint) })
					expect(lists(searched.kept)).toEqual(lists(golden.kept("searched", constraint)))
					const rearranged = await rearrange(searched, gradients)
					const common = overlap(rearranged.kept, golden.kept("rearranged", constraint))
					console.log(`${name} at ${constraint}: rearranged masks overlap by ${(100 * common).toFixed(2)} %`)
					expect(common).toBeGreaterThanOrEqual(0.95)
				}
			},
			patience,
		)

		test(
			"from the golden masks, the tuned model's score is within half a point of the reference's",
			async () => {
				const constraint: GoldenConstraint = "0.5"
				const planOf = (stage: "teacher" | "rearranged") => ({ kept: golden.kept(stage, constraint) }) as Plan
				const { encoder: tuned, reports } = await tune(encoder, planOf("rearranged"), samples, {
					repair: scales({ gemm: runtime.gemm64, strictReference: true }),
					teacher: planOf("teacher"),
					stopAtRejection: true,
					strictReference: true,
				})
				const { main } = await evaluate(tuned, task, dev)
				await tuned.close()
				console.log(
					`${name} at ${constraint}: tuned ${main.toFixed(4)}, reference ${json.runs[constraint].score_tuned.toFixed(4)}`,
				)
				console.log(reports.map(({ outcome }) => outcome).join(" "))
				expect(Math.abs(main - json.runs[constraint].score_tuned)).toBeLessThanOrEqual(0.005)
			},
			patience,
		)
	})
}
