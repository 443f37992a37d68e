import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import { autoMapOf, type Format, formatFiles, formats, openServedModel, writeModel } from "@winnow/export"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import { everyUnit, type Kept, type Sample } from "@winnow/tensor"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runPython } from "./run-python.ts"

const texts = ["A masterpiece.", "the plot, such as it is, goes nowhere", "so bad it hurts, and long", "fine"]
const pairs = [
	["Who flows?", "The Rhine flows through Cologne and Düsseldorf."],
	["How many wheels has a car of this kind?", "10 men. It had 4 wheels, 2 doors and no roof."],
	["What?", "Nothing."],
] as const

/** Of three layers with 4 heads and 48 neurons: one without heads, one without neurons, the rest partial. */
const heads = [[], [1, 3], [0, 1, 2]]
const neurons = [[...Array(24).keys()].map((i) => 2 * i), [], [0, 7, 8, 9, 47]]
const ragged: Kept = heads.flatMap((kept, layer) => [Uint32Array.from(kept), Uint32Array.from(neurons[layer]!)])

/**
 * Two versions of ONNX Runtime sum and fuse differently, which moves float32 by its rounding, float16 by units in its last place
 * (2^-10 from 1 to 2), and an activation in int8 to the next of its 256 values.
 */
const otherVersions: Readonly<Record<Format, number>> = { fp32: 1e-4, fp16: 4 * 2 ** -10, int8: 1e-2 }

const loudly = "RuntimeError: You set `ignore_mismatched_sizes` to `False`, thus raising an error."
const nothingAmiss = { missing_keys: [], unexpected_keys: [], mismatched_keys: [], error_msgs: [] }

interface Report {
	/** The error without trust, or "none". */
	readonly untrusted: string
	/** Where the class of the model comes from. */
	readonly module: string
	readonly loading: typeof nothingAmiss
	/** By attention implementation. */
	readonly logits: Readonly<Record<string, readonly (readonly number[])[]>>
	/** Heads by layer. */
	readonly attentions: readonly number[]
	readonly hiddenStates: number
	readonly reloaded: {
		readonly stateIsSame: boolean
		readonly logitsAreSame: boolean
		readonly files: readonly string[]
		readonly architectures: readonly string[]
		readonly autoMap: Readonly<Record<string, string>>
	}
	readonly pipeline?: {
		readonly scores: readonly Readonly<Record<string, number>>[]
		readonly logged: readonly string[]
	}
	readonly regression?: { readonly loss: number; readonly expected: number }
	/** By file: what onnxruntime computes, once onnx.checker found nothing. */
	readonly onnx: Readonly<Record<string, readonly (readonly number[])[]>>
	readonly losses: readonly number[]
	readonly withoutGradient: readonly string[]
}

const classes = { bert: "Bert", distilbert: "DistilBert", roberta: "Roberta" }
const kinds = Object.entries(classes).flatMap(([family, prefix]) => [
	[`${family}-classification`, `${prefix}ForSequenceClassification`] as const,
	[`${family}-span`, `${prefix}ForQuestionAnswering`] as const,
])
const gaps = ["heads", "neurons"] as const

let root: string
let runtime: Runtime
let reports: Readonly<Record<string, Report>>
/** By the name of a case; and by its name and a format. */
const ours: Record<string, readonly Float32Array[]> = {}
const served: Record<string, readonly Float32Array[]> = {}
const folderOf = (name: string) => join(root, "slim", name)

beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-hand-over-"))
	runtime = await onnxRuntime({ threads: 1 })
	await writeFile(join(root, "texts.json"), JSON.stringify({ texts, pairs }))
	await runPython("make_models.py", [root, join(root, "texts.json")], root)
	const cases = (await Promise.all(kinds.map(([kind]) => slimCases(kind)))).flat()
	await writeFile(join(root, "cases.json"), JSON.stringify(cases))
	await runPython("hand_over.py", [join(root, "cases.json"), join(root, "reports.json")], root)
	reports = JSON.parse(await readFile(join(root, "reports.json"), "utf8"))
}, 600_000)
afterAll(async () => {
	await runtime?.close()
	await rm(root, { recursive: true, force: true })
})

/** Folders made of one model, and what they are to be tried with. */
async function slimCases(kind: string): Promise<object[]> {
	const path = join(root, kind)
	const folder = await openModelFolder(path)
	const encoder = await loadEncoder(folder, { runtime })
	const { samples } = JSON.parse(await readFile(join(path, "reference.json"), "utf8"))
	const cases: object[] = []
	const add = async (name: string, slim: TransformerEncoder, written: readonly Format[]) => {
		const target = folderOf(name)
		await mkdir(target, { recursive: true })
		await writeModel(target, slim, { tokenizer: path, formats: written })
		const fed = samples.map(({ ids, segments }: { ids: number[]; segments: number[] }): Sample => {
			return { ids: Uint32Array.from(ids), segments: Uint8Array.from(segments) }
		})
		ours[name] = await slim.logits(fed)
		for (const format of written) served[`${name} ${format}`] = await servedLogits(target, format, fed)
		cases.push({ name, folder: target, head: kind.split("-")[1], samples, texts })
		await slim.close()
	}
	const all = everyUnit(encoder.sublayers)
	await add(kind, encoder.slim(ragged), formats)
	await add(`${kind}-heads-gaps`, encoder.slim(all.map((units, i) => (i === 2 ? new Uint32Array(0) : units))), [])
	await add(`${kind}-neurons-gaps`, encoder.slim(all.map((units, i) => (i === 3 ? new Uint32Array(0) : units))), [])
	await add(`${kind}-dense`, encoder, formats)
	await folder.close()
	return cases
}

/** In onnxruntime-node. */
async function servedLogits(folder: string, format: Format, samples: readonly Sample[]) {
	const model = await openServedModel(join(folder, formatFiles[format]), { threads: 1 })
	return model.logits(samples).finally(() => model.close())
}

function expectOurs(theirs: readonly (readonly number[])[], name: string): void {
	expectSame(theirs, ours[name]!, 1e-4)
}

function expectSame(theirs: readonly (readonly number[])[], own: readonly Float32Array[], allowed: number): void {
	expect(theirs.map((row) => row.length)).toEqual(own.map((row) => row.length))
	const differences = theirs.flatMap((row, sample) => row.map((value, i) => Math.abs(value - own[sample]![i]!)))
	expect(Math.max(...differences)).toBeLessThan(allowed)
}

describe("Transformers", needs("python"), () => {
	describe.each(kinds)("%s", (kind, architecture) => {
		test("loads every weight of a ragged model where its loader is trusted", () => {
			const { module, loading } = reports[kind]!
			expect(module).toMatch(/^transformers_modules\..*\.modeling_winnow$/)
			expect(loading).toEqual(nothingAmiss)
		})

		test("computes our logits of a padded batch within 1e-4, by each attention", () => {
			const { logits } = reports[kind]!
			expect(Object.keys(logits)).toEqual(["sdpa", "eager"])
			for (const theirs of Object.values(logits)) expectOurs(theirs, kind)
		})

		test.each([kind, `${kind}-dense`])("%s: ONNX files are sound, and Python computes what Node does", (name) => {
			const { onnx } = reports[name]!
			expect(Object.keys(onnx).sort()).toEqual(Object.values(formatFiles).sort())
			expectOurs(onnx[formatFiles.fp32]!, name)
			for (const format of formats) {
				expectSame(onnx[formatFiles[format]]!, served[`${name} ${format}`]!, otherVersions[format])
			}
		})

		test("shows the attention of every layer: as many heads as it has", () => {
			expect(reports[kind]!.attentions).toEqual(heads.map((kept) => kept.length))
			expect(reports[kind]!.hiddenStates).toBe(heads.length + 1)
		})

		test("saves a folder that is the same model again, for Transformers and for Winnow", async () => {
			const { stateIsSame, logitsAreSame, files, architectures, autoMap } = reports[kind]!.reloaded
			expect({ stateIsSame, logitsAreSame }).toEqual({ stateIsSame: true, logitsAreSame: true })
			expect(files).toEqual(["config.json", "model.safetensors", "modeling_winnow.py"])
			expect(architectures).toEqual([architecture])
			expect(autoMap).toEqual(autoMapOf(architecture))
			const [slim, saved] = await Promise.all([folderOf(kind), `${folderOf(kind)}-again`].map(openModelFolder))
			expect(new Map([...saved!.tensors].sort())).toEqual(new Map([...slim!.tensors].sort()))
			const encoder = await loadEncoder(saved!, { runtime })
			for (const name of slim!.tensors.keys()) expect(await saved!.read(name)).toEqual(await slim!.read(name))
			await encoder.close()
			await Promise.all([slim!.close(), saved!.close()])
		})

		test("trains it: gradients reach every parameter, and the loss falls", () => {
			const { losses, withoutGradient } = reports[kind]!
			expect(withoutGradient).toEqual([])
			expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!)
		})

		test("refuses it without trust, also where only one sublayer has no units and the rest is dense", () => {
			const names = [kind, ...gaps.map((gap) => `${kind}-${gap}-gaps`)]
			for (const name of names) expect(reports[name]!.untrusted).toContain(loudly)
		})

		test("loads what nothing was pruned from without a loader", () => {
			const { untrusted, module, loading, logits } = reports[`${kind}-dense`]!
			expect({ untrusted, loading }).toEqual({ untrusted: "none", loading: nothingAmiss })
			expect(module).toMatch(/^transformers\.models\./)
			expectOurs(logits.sdpa!, `${kind}-dense`)
		})
	})

	describe.each(kinds.filter(([kind]) => kind.endsWith("-classification")))("%s", (kind) => {
		test("classifies texts in a pipeline, with nothing to complain about", () => {
			const { scores, logged } = reports[kind]!.pipeline!
			expect(logged).toEqual([])
			expect(scores).toHaveLength(texts.length)
			for (const [sample, score] of scores.entries()) {
				const exponentials = [...ours[kind]![sample]!].map(Math.exp)
				const sum = exponentials.reduce((a, b) => a + b)
				for (const [label, value] of exponentials.entries()) {
					expect(Math.abs(score[`LABEL_${label}`]! - value / sum)).toBeLessThan(1e-4)
				}
			}
		})

		test("makes a new one of these widths with one logit, whose loss is the mean of squares", () => {
			const { loss, expected } = reports[kind]!.regression!
			expect(expected).toBeGreaterThan(0)
			expect(Math.abs(loss - expected)).toBeLessThan(1e-5)
		})
	})
})
