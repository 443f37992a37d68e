import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { env, pipeline } from "@huggingface/transformers"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import { type Format, formatFiles, openServedModel, writeModel } from "@winnow/export"
import { onnxRuntime, type Runtime } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"
import { needs, sharedFile, toBeAllclose } from "@winnow/testing"
import { type Encoding, loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { type Browser, launch, type Page } from "puppeteer-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { exportModel } from "../src/index.ts"
import { serve } from "./browser/serve.ts"

const timeout = 300_000
expect.extend({ toBeAllclose })

/** Names that Transformers.js has for what Winnow writes. */
const formats = { fp32: "fp32", q8: "int8" } as const satisfies Record<string, Format>
type Dtype = keyof typeof formats
const dtypes = Object.keys(formats) as Dtype[]

const near = { rtol: 0, atol: 1e-4 }
// Where bytes round an activation hangs on the last bits of float32 kernels, and a browser's are others than Node's.
const rounded = { rtol: 0, atol: 0.02 }

interface Subject {
	readonly path: string
	readonly encoder: TransformerEncoder
	readonly tokenizer: Tokenizer
}

interface Squad {
	readonly data: readonly {
		readonly paragraphs: readonly { readonly context: string; readonly qas: readonly { readonly question: string }[] }[]
	}[]
}

let root: string
let runtime: Runtime
let sst2: Subject
let squad: Subject
let texts: readonly string[]
let questions: readonly { readonly question: string; readonly context: string }[]
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-transformers-js-"))
	runtime = await onnxRuntime({ threads: 2 })
	sst2 = await exported("minilm-sst2")
	squad = await exported("minilm-squad")
	const [, ...rows] = (await readFile(sharedFile("data/glue/SST-2/dev.tsv"), "utf8")).split("\n")
	texts = rows.slice(0, 24).map((row) => row.split("\t")[0]!)
	const { data }: Squad = JSON.parse(await readFile(sharedFile("data/squad/split/dev.json"), "utf8"))
	const paragraphs = data.map((article) => article.paragraphs[0]!)
	questions = paragraphs.map(({ context, qas }) => ({ context, question: qas[0]!.question }))
	env.allowRemoteModels = false
}, timeout)
afterAll(async () => {
	await Promise.all([sst2, squad].map((subject) => subject?.encoder.close()))
	await runtime?.close()
	await rm(root, { recursive: true, force: true })
})

/** A slim model, of other widths in every layer, as it is handed over; and the same with its float32 weights beside the file. */
async function exported(name: string): Promise<Subject> {
	const source = fileURLToPath(sharedFile(`models/${name}`))
	const folder = await openModelFolder(source)
	const dense = await loadEncoder(folder, { runtime })
	const kept = dense.sublayers.map(({ units }, index) => {
		return Uint32Array.from(Array(units).keys()).filter((unit) => unit % (4 + index) > 0)
	})
	const encoder = dense.slim(kept)
	const tokenizer = await loadTokenizer(source)
	const [path, beside] = [join(root, name), join(root, `${name}-beside`)]
	await mkdir(beside)
	await writeModel(beside, encoder, { tokenizer: source, formats: ["fp32"], mostBytes: 1e6 })
	await exportModel({ model: beside, out: path, formats: Object.values(formats), threads: 2 })
	await folder.close()
	return { path, encoder, tokenizer }
}

/** Of the weights in float32; of other precisions, those of the file. */
async function ourLogits({ path, encoder }: Subject, samples: readonly Sample[], dtype: Dtype) {
	if (dtype === "fp32") return encoder.logits(samples)
	const served = await openServedModel(join(path, formatFiles[formats[dtype]]))
	const logits: Float32Array[] = []
	// One at a time, as the pipelines below: a batch shares the scale of its activations.
	for (const sample of samples) logits.push(...(await served.logits([sample])))
	await served.close()
	return logits
}

/** Of every text and label. */
async function ourScores(dtype: Dtype): Promise<number[]> {
	const samples = texts.map((text) => sst2.tokenizer.encode(text))
	return (await ourLogits(sst2, samples, dtype)).flatMap(softmax)
}

type Labelled = readonly { readonly label: string; readonly score: number }[]

function scoresOf(results: readonly Labelled[]): number[] {
	const labels = sst2.encoder.labels!
	return results.flatMap((scores) => labels.map((label) => scores.find((one) => one.label === label)!.score))
}

function softmax(logits: ArrayLike<number>): number[] {
	const exponentials = Array.from(logits, Math.exp)
	const sum = exponentials.reduce((a, b) => a + b)
	return exponentials.map((value) => value / sum)
}

/** The likeliest span of the context: what the pipeline looks for, which lets the first token compete and lose. */
function ourAnswer({ ids, sequence, offsets }: Encoding, logits: ArrayLike<number>, context: string) {
	const [starts, ends] = [0, ids.length].map((side) => {
		const allowed = Array.from(ids, (_, i) => (i === 0 || sequence[i] === 1 ? logits[side + i]! : -Infinity))
		return softmax(allowed).map((value, i) => (i === 0 ? 0 : value))
	})
	let [from, to, score] = [0, 0, 0]
	for (const [i, p] of starts!.entries()) {
		for (let j = i; j < ids.length; j++) if (p * ends![j]! > score) [from, to, score] = [i, j, p * ends![j]!]
	}
	return { answer: context.slice(offsets[2 * from], offsets[2 * to + 1]), score }
}

/** The pipeline decodes tokens: without capitals and accents, and with spaces of its own. */
function letters(text: string): string {
	return text
		.toLowerCase()
		.normalize("NFD")
		.replaceAll(/[\p{M}\s]/gu, "")
}

describe("Transformers.js in Node", needs("shared"), () => {
	test.each(dtypes)("gives our scores of texts in %s", { timeout }, async (dtype) => {
		const classify = await pipeline("text-classification", sst2.path, { dtype })
		const results: Labelled[] = []
		for (const text of texts) results.push(await classify(text, { top_k: null }))
		await classify.dispose()
		const ours = await ourScores(dtype)
		expect(scoresOf(results)).toBeAllclose(ours, near)
		expect([Math.min(...ours) < 0.1, Math.max(...ours) > 0.9]).toEqual([true, true])
	})

	test("gives them of a padded batch, and of weights beside the file", { timeout }, async () => {
		const classify = await pipeline("text-classification", `${sst2.path}-beside`, { dtype: "fp32" })
		const results = await classify([...texts], { top_k: null })
		await classify.dispose()
		expect(scoresOf(results)).toBeAllclose(await ourScores("fp32"), near)
	})

	test.each(dtypes)("finds our answers to questions in %s", { timeout }, async (dtype) => {
		const find = await pipeline("question-answering", squad.path, { dtype })
		const encodings = questions.map(({ question, context }) => squad.tokenizer.encode(question, { pair: context }))
		const logits = await ourLogits(squad, encodings, dtype)
		const ours = questions.map(({ context }, i) => ourAnswer(encodings[i]!, logits[i]!, context))
		const theirs: typeof ours = []
		for (const { question, context } of questions) theirs.push(await find(question, context))
		await find.dispose()
		expect(theirs.map(({ answer }) => letters(answer))).toEqual(ours.map(({ answer }) => letters(answer)))
		expect(theirs.map(({ score }) => score)).toBeAllclose(
			ours.map(({ score }) => score),
			near,
		)
	})
})

describe("Transformers.js in Chromium", needs("shared", "chromium"), () => {
	let browser: Browser
	let page: Page
	let server: Awaited<ReturnType<typeof serve>>
	const asked = new Set<string>()
	beforeAll(async () => {
		const library = fileURLToPath(import.meta.resolve("@huggingface/transformers"))
		server = await serve({
			page: fileURLToPath(new URL("browser", import.meta.url)),
			transformers: dirname(library),
			onnxruntime: dirname(createRequire(library).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")),
			models: root,
		})
		// The only page is ours, root has no sandbox, and containers have little shared memory.
		browser = await launch({
			executablePath: process.env.WINNOW_CHROMIUM!,
			args: ["--no-sandbox", "--disable-dev-shm-usage"],
		})
		page = await browser.newPage()
		page.on("request", (request) => asked.add(new URL(request.url()).origin))
		await page.goto(`${server.origin}/page/page.html`)
		await page.waitForSelector("[data-ready]")
	}, timeout)
	afterAll(async () => {
		await browser?.close()
		server?.close()
	})

	test.each([
		["fp32", "minilm-sst2", near],
		["fp32", "minilm-sst2-beside", near],
		["q8", "minilm-sst2", rounded],
	] as const)(
		"gives our scores of texts in %s, of %s, asking nobody else",
		{ timeout },
		async (dtype, name, closeness) => {
			const request = JSON.stringify({ model: `/models/${name}`, dtype, texts })
			const results = (await page.evaluate(`classify(${request})`)) as Labelled[]
			expect(scoresOf(results)).toBeAllclose(await ourScores(dtype), closeness)
			expect([...asked]).toEqual([server.origin])
		},
	)
})
