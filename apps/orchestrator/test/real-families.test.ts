import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { writeTinyData } from "@winnow/fixtures"
import { onnxRuntime } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"
import { needs } from "@winnow/testing"
import { loadTokenizer } from "@winnow/tokenizer"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate, prune } from "../src/index.ts"
import { runPython } from "./run-python.ts"
import { tinyQuestions } from "./tiny-questions.ts"

const families = ["bert", "distilbert", "roberta"]
const heads = ["classification", "span"] as const
const texts = [
	"A masterpiece.",
	"the plot, such as it is, goes nowhere",
	"Überraschend gut — für 12,50 €!",
	"so bad it hurts",
	"one of the year's best films, and the least seen",
]
const pairs = [
	["Who flows?", "The Rhine flows through Cologne and Düsseldorf."],
	["How many wheels has a car of this kind?", "10 men. It had 4 wheels, 2 doors and no roof."],
	["What?", "Nothing."],
] as const

interface Reference {
	readonly samples: readonly {
		readonly ids: number[]
		readonly segments: number[]
		readonly target: number | [number, number]
	}[]
	readonly logits: readonly (readonly number[])[]
	/** By sample and sublayer. */
	readonly gradients: readonly (readonly (readonly number[])[])[]
}

let root: string
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-families-"))
	await writeFile(join(root, "texts.json"), JSON.stringify({ texts, pairs }))
	await runPython("make_models.py", [root, join(root, "texts.json")], root)
	await writeTinyData(join(root, "sst2"), "sst2")
	await mkdir(join(root, "squad"))
	for (const split of ["train", "dev"]) {
		await writeFile(
			join(root, "squad", `${split}.json`),
			JSON.stringify(tinyQuestions(split === "dev" ? 24 : 48, split)),
		)
	}
}, 300_000)
afterAll(() => rm(root, { recursive: true, force: true }))

const kinds = families.flatMap((family) => heads.map((head) => [family, head] as const))

describe("made by Transformers", needs("python"), () => {
	describe.each(kinds)("%s for %s", (family, head) => {
		const path = () => join(root, `${family}-${head}`)
		const referenceOf = async () => JSON.parse(await readFile(join(path(), "reference.json"), "utf8")) as Reference

		test("token ids are those of Hugging Face's tokenizers", async () => {
			const tokenizer = await loadTokenizer(path())
			const { samples } = await referenceOf()
			const encoded =
				head === "span"
					? pairs.map(([text, pair]) => tokenizer.encode(text, { pair }))
					: texts.map((text) => tokenizer.encode(text))
			expect(encoded.map(({ ids }) => [...ids])).toEqual(samples.map(({ ids }) => ids))
			expect(encoded.map(({ segments }) => [...segments])).toEqual(samples.map(({ segments }) => segments))
		})

		test("logits are within 1e-4, and mask gradients within 1e-3, of PyTorch's in float64", async () => {
			const runtime = await onnxRuntime({ threads: 1 })
			const folder = await openModelFolder(path())
			const encoder = await loadEncoder(folder, { runtime })
			const reference = await referenceOf()
			const samples = reference.samples.map(
				({ ids, segments, target }): Sample => ({
					ids: Uint32Array.from(ids),
					segments: Uint8Array.from(segments),
					target,
				}),
			)
			const logits = await encoder.logits(samples)
			for (const [sample, row] of logits.entries()) {
				const expected = reference.logits[sample]!
				expect(row).toHaveLength(expected.length)
				expect(Math.max(...expected.map((value, c) => Math.abs(row[c]! - value)))).toBeLessThan(1e-4)
			}
			const gradients = await encoder.maskGradients(samples, { loss: "task" })
			for (const [sublayer, { data, shape }] of gradients.entries()) {
				const expected = reference.gradients.flatMap((ofSample) => ofSample[sublayer]!)
				expect(shape).toEqual([samples.length, expected.length / samples.length])
				const norm = Math.hypot(...expected)
				expect(norm).toBeGreaterThan(1e-3)
				expect(Math.hypot(...expected.map((value, i) => data[i]! - value)) / norm).toBeLessThan(1e-3)
			}
			await encoder.close()
			await folder.close()
			await runtime.close()
		})

		test.each(["winnow", "kwon2022"] as const)("is pruned by %s from its folder to a slim one", async (preset) => {
			const task = head === "span" ? "squad" : "sst2"
			const data = join(root, task)
			const out = join(root, "out", `${family}-${head}-${preset}`)
			const recipe = { model: path(), task, data, preset, samples: 32, macs: 0.5, timing: false, threads: 1, out }
			const result = await prune(recipe)
			expect(result.recipe.loss).toBe(preset === "kwon2022" ? "task" : head === "span" ? "sampled" : "logits")
			expect(result.macs.share).toBeLessThanOrEqual(0.5)
			expect(result.parameters.pruned).toBeLessThan(result.parameters.dense)
			expect(result.guide.measured).toBeGreaterThan(0)
			const again = await evaluate({ model: out, task, data, threads: 1 })
			expect(again.metrics).toEqual(result.metrics.pruned)
			expect(Object.keys(again.metrics)).toEqual(head === "span" ? ["f1", "em"] : ["accuracy"])
		})
	})
})
