import { access, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import { checkFiles, formats, writeChecksums, writeModel } from "@winnow/export"
import { onnxRuntime } from "@winnow/runtime"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { formsReport } from "../src/command/forms-report.ts"
import { finishFolder } from "../src/finish/finish-folder.ts"
import { exportModel, type PruneResult, prune, verify } from "../src/index.ts"
import { openModel } from "../src/prepare/open-model.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
let result: PruneResult
let pruned: string
beforeAll(async () => {
	place = await tinyWorkplace()
	pruned = place.path("pruned")
	result = await prune(tinyRecipe(place, { out: pruned, formats: [...formats], timing: false, threads: 1 }))
})
afterAll(() => place.remove())

const onnxFiles = ["onnx/model.onnx", "onnx/model_fp16.onnx", "onnx/model_quantized.onnx"]
const has = (path: string) =>
	access(path).then(
		() => true,
		() => false,
	)
const configOf = async (folder: string) => JSON.parse(await readFile(join(folder, "config.json"), "utf8"))

describe("a pruned model's folder", () => {
	test("holds every form, the Python loader, a card and the record, and says how large they are", async () => {
		const { count, ...differences } = await checkFiles(pruned)
		expect(differences).toEqual({ changed: [], missing: [], added: [] })
		const listed = Object.keys(result.files)
		expect(listed).toEqual(expect.arrayContaining([...onnxFiles, "modeling_winnow.py", "README.md", "curves.json"]))
		// winnow.json says what the others are.
		expect(count).toBe(listed.length + 1)
		expect(result.forms?.map(({ file }) => file)).toEqual(onnxFiles)
		expect(result.files["onnx/model_quantized.onnx"]).toBeLessThan(result.files["onnx/model.onnx"]!)
		expect(JSON.parse(await readFile(join(pruned, "winnow.json"), "utf8"))).toEqual(JSON.parse(JSON.stringify(result)))
	})

	test("is loaded by Transformers by the classes in it", async () => {
		const { auto_map: map } = await configOf(pruned)
		const [[auto, place]] = Object.entries(map) as [[string, string]]
		expect(auto).toBe("AutoModelForSequenceClassification")
		const [module, name] = place.split(".") as [string, string]
		expect(await readFile(join(pruned, `${module}.py`), "utf8")).toContain(`class ${name}(`)
	})

	test("has a card with the figures of the result and the metadata of the Hub", async () => {
		const card = await readFile(join(pruned, "README.md"), "utf8")
		expect(card).toMatch(/^---\nlibrary_name: transformers\npipeline_tag: text-classification\n/)
		const number = (value: number | null | undefined) => value!.toFixed(4)
		const { dense, pruned: after } = result.metrics
		expect(card).toContain(
			`| accuracy (dev, ${result.scoredOn!.samples} inputs) | ${number(dense.accuracy)} | ${number(after.accuracy)} |`,
		)
		expect(card).toContain("trust_remote_code=True")
		for (const file of onnxFiles) expect(card).toContain(`| ${file} |`)
		expect(card).toContain("`input_ids`, `attention_mask`, `token_type_ids`")
		expect(card).toContain(`value: ${Number(after.accuracy!.toFixed(4))}`)
	})

	test("is verified: files, forms, and with a task their scores", async () => {
		const { data } = place
		const verification = await verify({ folder: pruned, task: "sst2", data, threads: 1 })
		expect(verification.failures).toEqual([])
		expect(verification.safetensors?.metrics).toEqual(result.metrics.pruned)
		expect(verification.forms.map(({ format, score }) => [format, typeof score])).toEqual([
			["fp32", "number"],
			["fp16", "number"],
			["int8", "number"],
		])
		expect(verification.forms[0]!.score).toBe(result.score.pruned)
		expect(verification.forms.map(({ allowed }) => Object.keys(allowed))).toEqual([["largest"], ["rms"], ["rms"]])
		for (const { allowed, ...actual } of verification.forms) {
			for (const [of, most] of Object.entries(allowed))
				expect(actual[of as keyof typeof actual]).toBeLessThanOrEqual(most)
		}
	})

	test("holds only the forms that were asked for", async () => {
		const out = place.path("some")
		const some = await prune(tinyRecipe(place, { out, formats: ["int8"], timing: false, threads: 1 }))
		expect(some.forms?.map(({ format }) => format)).toEqual(["int8"])
		expect(await readdir(join(out, "onnx"))).toEqual(["model_quantized.onnx"])
		const none = await prune(tinyRecipe(place, { out, formats: [], timing: false, threads: 1 }))
		expect(none.forms).toEqual([])
		expect(await has(join(out, "onnx"))).toBe(false)
		expect((await verify({ folder: out, threads: 1 })).failures).toEqual([])
	})
})

describe("a folder in which something changed", () => {
	let copy: string
	beforeEach(async () => {
		copy = place.path("copy")
		await rm(copy, { recursive: true, force: true })
		await cp(pruned, copy, { recursive: true })
	})
	const failuresOf = async () => (await verify({ folder: copy, threads: 1 })).failures

	test("is not sound, whichever file it is, but for the card, of which it is told", async () => {
		const names = (await readdir(copy, { recursive: true, withFileTypes: true }))
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name))
		expect(names.length).toBeGreaterThan(10)
		for (const path of names) {
			const bytes = await readFile(path)
			for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
				const spoilt = Buffer.from(bytes)
				spoilt[at]! ^= 1
				await writeFile(path, spoilt)
				const { failures, changed } = await verify({ folder: copy, threads: 1 })
				// The first line of the list is the card's: it cannot be told which of the two was changed.
				const isCards = path === join(copy, "README.md") || (path === join(copy, "SHA256SUMS") && at === 0)
				expect([path, at, failures.length > 0]).toEqual([path, at, !isCards])
				if (isCards) expect(changed).toEqual(["README.md"])
			}
			await writeFile(path, bytes)
		}
		expect(await failuresOf()).toEqual([])
	})

	test("says what is missing, changed or new", async () => {
		await rm(join(copy, "config.json"))
		await writeFile(join(copy, "README.md"), "Mine.")
		await writeFile(join(copy, "curves.json"), "{}")
		await writeFile(join(copy, "notes.txt"), "")
		expect(await verify({ folder: copy, threads: 1 })).toMatchObject({
			changed: ["README.md", "curves.json"],
			missing: ["config.json"],
			added: ["notes.txt"],
			weights: "changed",
			forms: [],
			failures: [
				`${join(copy, "config.json")}: the file must be there (was missing)`,
				`${join(copy, "curves.json")}: the file must be as it was written (was changed)`,
			],
		})
	})

	test("is sound with another card and more files, and says which", async () => {
		await writeFile(join(copy, "README.md"), "Mine.")
		await mkdir(join(copy, "eval"))
		await writeFile(join(copy, "eval", "notes.txt"), "")
		const verification = await verify({ folder: copy, threads: 1 })
		expect(verification).toMatchObject({ changed: ["README.md"], added: ["eval/notes.txt"], weights: "as written" })
		expect(verification.forms.map(({ file }) => file)).toEqual(onnxFiles)
		expect(verification.failures).toEqual([])
		const { code, stdout } = await runCommand(["verify", copy, "--threads", "1", "--quiet"])
		expect(code).toBe(0)
		expect(stdout).toMatch(
			/copy: \d+ files, sound\n {2}changed since it was written: README\.md\n {2}added since it was written: eval\/notes\.txt\n$/,
		)
		await rm(join(copy, "README.md"))
		expect(await verify({ folder: copy, threads: 1 })).toMatchObject({ missing: ["README.md"], failures: [] })
	})

	test("is not sound when the list no longer has what computes", async () => {
		const list = await readFile(join(copy, "SHA256SUMS"), "utf8")
		for (const name of ["model.safetensors", "onnx/model.onnx"]) {
			await writeFile(join(copy, "SHA256SUMS"), list.replace(new RegExp(`.*  ${name}\n`), ""))
			const { failures, weights, forms } = await verify({ folder: copy, threads: 1 })
			expect(failures).toEqual([`${join(copy, name)}: the file must be listed in SHA256SUMS (was not)`])
			const left = name.startsWith("onnx") ? ["as written", 2] : ["changed", 0]
			expect([weights, forms.length]).toEqual(left)
		}
	})

	test("has its other forms judged where one was changed", async () => {
		await writeFile(join(copy, "onnx/model_fp16.onnx"), "mine")
		const { weights, forms, failures } = await verify({ folder: copy, threads: 1 })
		expect([weights, forms.map(({ format }) => format)]).toEqual(["as written", ["fp32", "int8"]])
		expect(failures).toEqual([
			`${join(copy, "onnx/model_fp16.onnx")}: the file must be as it was written (was changed)`,
		])
	})

	test("may have files of version control, which are hidden", async () => {
		await mkdir(join(copy, ".git"))
		await writeFile(join(copy, ".git", "HEAD"), "main")
		await writeFile(join(copy, ".gitattributes"), "")
		expect(await failuresOf()).toEqual([])
	})

	test("is refused when nothing says how it was", async () => {
		await rm(join(copy, "SHA256SUMS"))
		await expect(failuresOf()).rejects.toThrow(`${copy}: SHA256SUMS must be in the folder (was missing)`)
	})

	test("is not sound when a form computes something else, checksums or not", async () => {
		const other = place.path("other")
		await exportModel({ model: place.model, out: other, threads: 1 })
		for (const file of onnxFiles) await copyFile(join(other, file), join(copy, file))
		await writeChecksums(copy)
		const failures = await failuresOf()
		expect(failures[0]).toMatch(/onnx\/model\.onnx: logits must be within .* of the safetensors' \(was .*\)$/)
		expect(failures[1]).toMatch(/onnx\/model_fp16\.onnx: logits, root mean square, must be within .* \(was .*\)$/)
	})

	test("makes the command fail with one line each, and is told as JSON", async () => {
		await writeFile(join(copy, "config.json"), "{}")
		const line = `${join(copy, "config.json")}: the file must be as it was written (was changed)`
		const { code, stdout, stderr } = await runCommand(["verify", copy, "--threads", "1", "--json", "--quiet"])
		expect([code, stderr]).toEqual([1, `${line}\n`])
		expect(JSON.parse(stdout)).toMatchObject({ schema: "winnow-verification/1", forms: [], failures: [line] })
		const sound = await runCommand(["verify", pruned, "--threads", "1", "--quiet"])
		expect([sound.code, sound.stderr]).toEqual([0, ""])
		expect(sound.stdout).toMatch(/onnx\/model_quantized\.onnx .*\n\n.*pruned: \d+ files, sound\n$/s)
	})
})

describe("export", () => {
	test("writes a model that was not pruned, which needs no classes of its own", async () => {
		const out = place.path("dense")
		const record = await exportModel({ model: place.model, out, threads: 1 })
		expect(record).toMatchObject({ schema: "winnow-export/1", model: { source: "model" } })
		expect(await has(join(out, "modeling_winnow.py"))).toBe(false)
		expect(await configOf(out)).not.toHaveProperty("auto_map")
		expect(await readFile(join(out, "README.md"), "utf8")).not.toContain("trust_remote_code")
		expect((await verify({ folder: out, threads: 1 })).failures).toEqual([])
	})

	test("hands on the license and the base that the source's card names, from folder to folder", async () => {
		const [source, first, second] = ["licensed", "licensed-once", "licensed-twice"].map((name) => place.path(name))
		await cp(place.model, source!, { recursive: true })
		await writeFile(join(source!, "README.md"), "---\nlicense: mit\nbase_model: org/base\n---\n# Mine\n")
		await exportModel({ model: source!, out: first!, formats: [], threads: 1 })
		await prune(tinyRecipe(place, { model: first!, out: second!, timing: false, threads: 1 }))
		const card = await readFile(join(second!, "README.md"), "utf8")
		expect(card.split("---\n")[1]).toContain("\nlicense: mit\nbase_model: org/base\n")
		expect(card).not.toContain("# Mine")
	})

	test("keeps the record of a pruned model, and what else it was pruned with", async () => {
		const out = place.path("again")
		const record = (await exportModel({ model: pruned, out, formats: ["int8"], threads: 1 })) as PruneResult
		expect({ ...record, files: result.files, forms: result.forms }).toEqual(result)
		expect(record.forms?.map(({ format }) => format)).toEqual(["int8"])
		const same = ["model.safetensors", "config.json", "curves.json", "onnx/model_quantized.onnx"]
		for (const name of same) expect(await readFile(join(out, name))).toEqual(await readFile(join(pruned, name)))
		expect((await verify({ folder: out, threads: 1 })).failures).toEqual([])
	})

	test("leaves nothing when it is interrupted, wherever that is", async () => {
		const before = await place.listing()
		for (const stage of [0, 1, 2]) {
			const controller = new AbortController()
			const reason = new Error("enough")
			const onProgress = ({ done }: { done: number }) => done >= stage && controller.abort(reason)
			const run = { signal: controller.signal, onProgress }
			const request = { model: place.model, out: place.path("interrupted"), threads: 1 }
			await expect(exportModel(request, run)).rejects.toBe(reason)
			expect(await place.listing()).toEqual(before)
		}
	})

	test("does not take the place of what is no result, nor of the model", async () => {
		const request = { model: place.model, threads: 1 }
		await expect(exportModel({ ...request, out: place.data })).rejects.toThrow("the output folder must be new, empty")
		await expect(exportModel({ ...request, out: place.model })).rejects.toThrow("the output folder must be")
	})

	test("is a command, too", async () => {
		const out = place.path("by-command")
		const { code, stdout } = await runCommand([
			"export",
			place.model,
			"--out",
			out,
			"--formats",
			"fp32,int8",
			"--quiet",
		])
		expect(code).toBe(0)
		expect(stdout).toMatch(/^verified form .*\nonnx\/model\.onnx .*\nonnx\/model_quantized\.onnx .*\n\n/)
		const wrong = await runCommand(["export", place.model, "--out", out, "--formats", "fp64", "--quiet"])
		expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^export: .*fp32.*fp64/)])
	})
})

test("weights beside an ONNX file are verified with it, and Transformers.js is told of them", async () => {
	const runtime = await onnxRuntime({ threads: 1 })
	const folder = await openModelFolder(place.model)
	const encoder = await loadEncoder(folder, { runtime })
	const out = place.path("beside")
	await mkdir(out)
	await writeModel(out, encoder, { tokenizer: place.model, formats: ["fp32", "int8"], mostBytes: 10_000 })
	await writeChecksums(out)
	expect(await readdir(join(out, "onnx"))).toEqual(expect.arrayContaining(["model.onnx", "model.onnx_data"]))
	const { use_external_data_format: beside } = (await configOf(out))["transformers.js_config"]
	expect(beside).toMatchObject({ "model.onnx": 1 })
	expect((await verify({ folder: out, threads: 1 })).failures).toEqual([])
	await writeFile(join(out, "onnx/model.onnx_data"), Buffer.alloc(1))
	expect((await verify({ folder: out, threads: 1 })).failures).toHaveLength(1)
	await folder.close()
	await runtime.close()
})

describe("a form that is not sound", () => {
	const score = (main: number) => ({ main, metrics: { accuracy: main } })

	/** Finishes the tiny model's folder with forms that score this, in their order. */
	async function finished(out: string, mains: readonly number[], size: number) {
		const open = await openModel(place.model, { runtime: "onnx", threads: 1 })
		const [notes, scores] = [[] as string[], mains.map(score)]
		try {
			await mkdir(out)
			const scoring = { own: score(0.9), size, score: async () => scores.shift()! }
			const card = { name: "tiny", source: { name: "tiny", isOnHub: false } }
			const options = { encoder: open.encoder, tokenizer: place.model, formats, threads: 1, scoring, card }
			const onNote = (note: string) => notes.push(note)
			return { ...(await finishFolder(out, { ...options, onNote }, (contents) => contents)), notes }
		} finally {
			await open.close()
		}
	}

	test("by its score is left out with a note, and the others are written", async () => {
		const out = place.path("int8-apart")
		const { forms, leftOut, files, notes } = await finished(out, [0.9, 0.895, 0.8949], 1000)
		const reason = "the score must be within 0.5 points of 0.9000, the safetensors' (was 0.8949)"
		expect(forms.map(({ format, score }) => [format, score])).toEqual([
			["fp32", 0.9],
			["fp16", 0.895],
		])
		expect(leftOut).toEqual([expect.objectContaining({ format: "int8", score: 0.8949, reason })])
		expect(notes).toEqual([`onnx/model_quantized.onnx is not sound, and is left out: ${reason}`])
		expect(Object.keys(files).filter((path) => path.startsWith("onnx/"))).toEqual(onnxFiles.slice(0, 2))
		expect(await checkFiles(out)).toMatchObject({ changed: [], missing: [], added: [] })
		expect(await readFile(join(out, "README.md"), "utf8")).not.toContain("model_quantized.onnx |")
	})

	test("may differ by one input, however few there are, and no further", async () => {
		const { leftOut } = await finished(place.path("few"), [0.8, 1, 0.7999], 10)
		expect(leftOut.map(({ format, reason }) => [format, reason])).toEqual([
			["int8", "the score must be within 10 points of 0.9000, the safetensors' (was 0.7999)"],
		])
	})

	test("leaves nothing behind where all are left out", async () => {
		const out = place.path("none-sound")
		const { forms, leftOut } = await finished(out, [0, 0, 0], 1000)
		expect([forms, leftOut.length, await has(join(out, "onnx"))]).toEqual([[], 3, false])
	})

	test("is told in the table of a prune", () => {
		const reason = "the score must be within 0.5 points of 0.9000, the safetensors' (was 0.8949)"
		const leftOut = [{ ...result.forms![2]!, reason }]
		expect(formsReport({ forms: result.forms!.slice(0, 2), leftOut, files: result.files })).toMatch(
			/ accuracy\nonnx\/model\.onnx .*\nonnx\/model_fp16\.onnx .*\nonnx\/model_quantized\.onnx is left out: the score must be .*\n$/,
		)
	})

	test("is called so by verify for the same reason as by prune: both scores of every form are the same", async () => {
		const { forms } = await verify({ folder: pruned, task: "sst2", data: place.data, threads: 1 })
		expect(forms).toEqual(result.forms)
	})
})

test("without onnxruntime-node nothing could verify ONNX files: they are refused, or left out with a note", async () => {
	const { formats: _, ...usual } = tinyRecipe(place, { out: place.path("tfjs"), timing: false, threads: 1 })
	const recipe = { ...usual, runtime: "tfjs" } as const
	await expect(prune({ ...recipe, formats: ["fp32"] })).rejects.toThrow(/^prune: formats must be none .*\(was fp32\)$/)
	const notes: string[] = []
	const { forms } = await prune(recipe, { onNote: (note) => notes.push(note) })
	expect(forms).toEqual([])
	expect(notes.join()).toContain("no ONNX files are written")
})
