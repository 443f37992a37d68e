import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openModelFolder, type StoredTensor, writeModelFiles } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { writeTinyModel } from "@winnow/fixtures"
import { interpreter } from "@winnow/runtime"
import { needs } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runPython } from "./run-python.ts"

interface Report {
	readonly unexpected: readonly string[]
	readonly missing: number
	readonly labels: readonly string[]
	readonly dtype: string
	readonly logits: readonly number[]
}

type Change = (tensors: readonly StoredTensor[]) => readonly StoredTensor[]

const one = (name: string): StoredTensor => ({ name, dtype: "F32", shape: [1], data: Float32Array.of(1) })
const beside = ["fit_dense.weight", "cls.predictions.bias", "loss_fct.weight", "qa_outputs.bias"]
/** A classifier of three outputs, the third that of the first. */
const threeLogits: Change = (tensors) =>
	tensors.map((tensor) => {
		const { name, shape, data } = tensor
		if (!name.startsWith("classifier.")) return tensor
		const [outputs, ...inputs] = shape
		const width = data.length / outputs!
		return { ...tensor, shape: [3, ...inputs], data: Float32Array.from([...data, ...data.subarray(0, width)]) }
	})
const noLabels = { id2label: null, label2id: null }

/** Sources, as they are: their tensors and fields of config.json that the tiny model's have not. */
const sources: Readonly<Record<string, { change?: Change; config?: object }>> = {
	plain: {},
	beside: { change: (tensors) => [...tensors, ...beside.map(one), one("bert.embeddings.position_ids")] },
	wrapped: { change: (tensors) => tensors.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` })) },
	gelu_python: { config: { hidden_act: "gelu_python" } },
	half: { change: (tensors) => tensors.map((tensor) => ({ ...tensor, dtype: "F16" })) },
	onlyLabels: { config: { id2label: { 0: "no", 1: "yes" }, label2id: { LABEL_0: 0, LABEL_1: 1 } } },
	onlyIds: { config: { id2label: null, label2id: { no: 0, yes: 1 } } },
}
/** What Winnow writes of sources; three logits without names are more than Transformers loads. */
const results = { ...sources, three: { change: threeLogits, config: noLabels } }
const readable = Object.keys(results).filter((name) => name !== "wrapped")

describe("Transformers and Winnow read the same models", needs("python"), () => {
	let root: string
	let reports: Readonly<Record<string, Report>>
	const unread: Record<string, readonly string[]> = {}
	const logits: Record<string, readonly number[]> = {}

	beforeAll(async () => {
		root = await mkdtemp(join(tmpdir(), "winnow-loading-"))
		const path = (name: string) => join(root, name)
		await writeTinyModel(path("tiny"))
		for (const [name, source] of Object.entries(results)) await writeSource(path("tiny"), path(name), source)
		for (const name of readable) await writeAgain(name, path)
		const cases = [...Object.keys(sources), ...readable.map((name) => `${name}-again`)]
		await writeFile(path("cases.json"), JSON.stringify(Object.fromEntries(cases.map((name) => [name, path(name)]))))
		await runPython("load_models.py", [path("cases.json"), path("reports.json")], root)
		reports = JSON.parse(await readFile(path("reports.json"), "utf8"))
	}, 300_000)
	afterAll(() => rm(root, { recursive: true, force: true }))

	async function writeSource(
		from: string,
		to: string,
		{ change = (all) => all, config = {} }: (typeof sources)[string],
	) {
		await cp(from, to, { recursive: true })
		const model = await openModelFolder(from)
		const tensors: StoredTensor[] = []
		for (const [name, { shape }] of model.tensors) {
			tensors.push({ name, dtype: "F32", shape, data: await model.read(name) })
		}
		const fields = Object.entries({ ...model.config.raw, ...config }).filter(([, value]) => value !== null)
		await model.close()
		await writeModelFiles(to, { config: Object.fromEntries(fields), tensors: change(tensors) })
	}

	async function writeAgain(name: string, path: (name: string) => string): Promise<void> {
		const model = await openModelFolder(path(name))
		const encoder = await loadEncoder(model, { runtime: interpreter() })
		unread[name] = encoder.unread
		logits[name] = [...(await encoder.logits([{ ids: Uint32Array.of(2, 7, 9, 11, 3) }]))[0]!]
		await cp(path(name), path(`${name}-again`), { recursive: true })
		// Layers of one width: Transformers' own classes load it.
		await encoder.save(path(`${name}-again`), { heads_per_layer: undefined, ffn_per_layer: undefined })
		await model.close()
	}

	test("what Transformers did not expect is what Winnow does not read", () => {
		for (const name of readable.filter((name) => name in sources)) {
			expect([name, reports[name]!.unexpected]).toEqual([name, [...unread[name]!].sort()])
		}
		expect(unread.beside).toHaveLength(beside.length)
	})

	test("behind module. Transformers finds no weight, which Winnow refuses", async () => {
		const model = await openModelFolder(join(root, "wrapped"))
		expect(reports.wrapped!.missing).toBe(model.tensors.size)
		await expect(loadEncoder(model, { runtime: interpreter() })).rejects.toThrow("names begin with module.")
		await model.close()
	})

	test("sources and results have the same logits", () => {
		for (const name of readable) {
			for (const report of [reports[name], reports[`${name}-again`]!]) {
				if (report === undefined) continue
				expect([name, report.missing]).toEqual([name, 0])
				// The same sums in another order.
				for (const [index, z] of report.logits.entries()) expect(z).toBeCloseTo(logits[name]![index]!, 4)
			}
		}
	})

	test("results have labels for Transformers where sources had them in one field, or three logits and none", () => {
		expect(reports["three-again"]!.labels).toEqual(["LABEL_0", "LABEL_1", "LABEL_2"])
		expect(reports["onlyLabels-again"]!.labels).toEqual(["no", "yes"])
		expect(reports.onlyIds!.labels).toEqual(["LABEL_0", "LABEL_1"])
		expect(reports["onlyIds-again"]!.labels).toEqual(["no", "yes"])
	})

	test("results are loaded in the dtype of their file", () => {
		for (const name of readable) expect(reports[`${name}-again`]!.dtype).toBe(name === "half" ? "float16" : "float32")
	})
})
