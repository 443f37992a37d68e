import { readFileSync } from "node:fs"
import { WinnowError } from "@winnow/tensor"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ownTask } from "../src/index.ts"
import { labelOf } from "../src/label-of.ts"
import type { RowsWanted } from "../src/row.ts"
import { rowsOf } from "../src/rows-of.ts"
import { parquetQuestions } from "../src/squad/parquet-questions.ts"
import { parseSquad } from "../src/squad.ts"
import { naiveCsv, naiveJsonl, naiveTsv } from "./naive-rows.ts"

const seed = 20
const task = ownTask({ kind: "classification", text: "text", label: "label", labels: ["bad", "good"] })
const columns = [["text"], ["label"]] as const
const texts = ["a gem", 'so "so", really', "", "naïve 😀", "two\nlines", "tab\tbed", "bleak, 5 of 10"]
const labels = ["good", "bad", "1", "0", "good", "bad", "GOOD"]

const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
const plain = (cell: string) => cell.replaceAll(/[\t\n]/g, " ")
const lines = (rows: readonly string[]) => Buffer.from(rows.map((row) => `${row}\n`).join(""))
const files = {
	csv: lines(["id,text,label", ...texts.map((text, i) => `${i},${quoted(text)},${labels[i]}`)]),
	tsv: lines(["label\ttext", ...texts.map((text, i) => `${labels[i]}\t${plain(text)}`)]),
	jsonl: lines(texts.map((text, i) => JSON.stringify({ text, label: labels[i] }))),
}
type Format = keyof typeof files

interface Labelled {
	readonly text: unknown
	readonly label: number
}

/** Rows of all blocks. */
async function rowsIn(bytes: Uint8Array, wanted: RowsWanted, chunk?: number) {
	const rows = []
	for await (const block of rowsOf(sourceOf(bytes), wanted, chunk)) rows.push(...block)
	return rows
}

const sourceOf = (bytes: Uint8Array) => new Uint8Array(bytes).buffer

/** What the readers say: examples, or the error. Text is decoded so many bytes at a time. */
async function read(format: string, bytes: Uint8Array, chunk?: number): Promise<Labelled[] | Error> {
	const where = `dev.${format}`
	try {
		const rows = await rowsIn(bytes, { file: where, columns, refusesLongRows: true, skipsBlankLines: true }, chunk)
		return rows.map(({ cells }, row) => {
			if (typeof cells![0] !== "string") throw new WinnowError(where, `row ${row}: the text must be text`)
			return { text: cells![0], label: labelOf(task, cells![1], where) }
		})
	} catch (error) {
		return error as Error
	}
}

/** What a second, slow implementation says; undefined: it must be refused. */
function oracle(format: Format, bytes: Uint8Array): Labelled[] | undefined {
	const text = utf8(bytes)
	if (text === undefined) return undefined
	if (text.trim() === "") return []
	if (isOtherFormat(bytes)) return undefined
	const pairs = format === "jsonl" ? objectCells(text) : tableCells(format === "csv" ? naiveCsv(text) : naiveTsv(text))
	const examples = pairs?.map(([text, label]) => ({ text, label: naiveLabel(label) }))
	return examples?.every(({ text, label }) => typeof text === "string" && label !== -1) ? examples : undefined
}

function objectCells(text: string): unknown[][] | undefined {
	const rows = naiveJsonl(text)
	if (rows?.some((row) => !("text" in row) || !("label" in row))) return undefined
	return rows?.map((row) => [row.text, row.label])
}

function tableCells(rows: string[][] | undefined): unknown[][] | undefined {
	if (rows === undefined) return undefined
	const header = rows[0]?.map((name) => name.trim()) ?? []
	const places = ["text", "label"].map((name) => header.indexOf(name))
	if (places.includes(-1) || places.some((place) => header.lastIndexOf(header[place]!) !== place)) return undefined
	if (rows.some((row) => row.length !== header.length)) return undefined
	return rows.slice(1).map((row) => places.map((place) => row[place]))
}

function naiveLabel(cell: unknown): number {
	if (!["string", "number", "boolean"].includes(typeof cell)) return -1
	const name = String(cell).trim().toLowerCase()
	return ["bad", "false"].includes(name) || /^0(\.0*)?$/.test(name)
		? 0
		: ["good", "true"].includes(name) || /^1(\.0*)?$/.test(name)
			? 1
			: -1
}

/** UTF-16 by its zeros. */
function isOtherFormat([a, b, c, d]: Uint8Array): boolean {
	return (a === 0 && c === 0) || (b === 0 && d === 0)
}

function utf8(bytes: Uint8Array): string | undefined {
	const text = new TextDecoder("utf-8").decode(bytes)
	return Buffer.from(text).equals(withoutMark(bytes)) ? text : undefined
}

function withoutMark(bytes: Uint8Array): Uint8Array {
	return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

const isClear = (error: Error) => {
	expect(WinnowError.is(error), `${error.stack}`).toBe(true)
	expect(error.message).not.toContain("\n")
	expect(error.message).toMatch(/^dev\.(csv|tsv|jsonl|parquet|json)/)
}

/** Damage to bytes: cut, one byte changed, a stretch lost, doubled or moved, separators put in. */
const damages = fc.array(
	fc.record({
		how: fc.constantFrom("cut", "change", "lose", "double", "insert"),
		at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
		length: fc.integer({ min: 1, max: 12 }),
		byte: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('",\n\r\t{}[]:01-'))),
	}),
	{ minLength: 1, maxLength: 3 },
)
type Damage = typeof damages extends fc.Arbitrary<infer T> ? T : never

function damaged(bytes: Uint8Array, damage: Damage): Buffer {
	return damage.reduce((content, { how, at, length, byte }) => {
		const from = Math.floor(at * content.length)
		const [before, stretch] = [content.subarray(0, from), content.subarray(from, from + length)]
		const after = content.subarray(from + (how === "change" ? 1 : how === "lose" ? length : 0))
		const middle = how === "cut" || how === "lose" ? [] : how === "double" ? stretch : [byte]
		return Buffer.concat([before, Uint8Array.from(middle), how === "cut" ? new Uint8Array() : after])
	}, Buffer.from(bytes))
}

describe("damaged files are read right or refused in one clear line", () => {
	test.each(Object.keys(files) as Format[])("%s", async (format) => {
		const counts = { read: 0, refused: 0 }
		await fc.assert(
			fc.asyncProperty(damages, async (damage) => {
				const bytes = damaged(files[format], damage)
				const result = await read(format, bytes)
				const inPieces = await read(format, bytes, 1 + (bytes.length % 7))
				// Of two mistakes another may be found first.
				if (result instanceof Error) expect(inPieces).toBeInstanceOf(Error)
				else expect(inPieces).toEqual(result)
				const expected = oracle(format, bytes)
				counts[expected === undefined ? "refused" : "read"]++
				if (expected === undefined) {
					expect(result).toBeInstanceOf(Error)
					isClear(result as Error)
				} else {
					expect(result).toEqual(expected)
				}
			}),
			{ seed, numRuns: 250 },
		)
		expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(20)
	})

	test("whole files are read by both", async () => {
		for (const format of Object.keys(files) as Format[]) {
			const result = await read(format, files[format])
			expect(result).toEqual(oracle(format, files[format]))
			expect((result as Labelled[]).map(({ label }) => label)).toEqual([1, 0, 1, 0, 1, 0, 1])
		}
	})
})

describe("Parquet", () => {
	const whole = (name: string) => readFileSync(new URL(`fixtures/${name}.parquet`, import.meta.url))
	const readParquet = async (bytes: Uint8Array) => {
		try {
			const rows = await rowsIn(bytes, { file: "dev.parquet", columns: [["sentence"], ["label"]] })
			return rows.map(({ cells }) => cells)
		} catch (error) {
			return error as Error
		}
	}

	const codecs = ["gzip", "brotli", "zstd", "lz4"].flatMap((codec) => [`glue-${codec}`, `glue-${codec}-2`])

	test.each(["glue-snappy", "glue-groups", ...codecs])("%s that is cut anywhere is refused", async (name) => {
		const bytes = whole(name)
		for (let at = 0; at < bytes.length; at += 7) {
			const result = await readParquet(bytes.subarray(0, at))
			expect(result).toBeInstanceOf(Error)
			isClear(result as Error)
		}
	})

	test.each(["glue-snappy", "glue-groups", ...codecs])(
		"%s of which a byte is changed gives all its rows, or is refused",
		async (name) => {
			const refused = { count: 0 }
			for (let at = 0; at < whole(name).length; at++) {
				const bytes = Buffer.from(whole(name))
				bytes[at]! ^= [1, 0x80, 0x55, 0xff][at % 4]!
				const result = await readParquet(bytes)
				if (result instanceof Error) {
					isClear(result)
					refused.count++
				} else {
					expect(result).toHaveLength(5)
				}
			}
			expect(refused.count).toBeGreaterThan(300)
		},
	)

	test("a page's header that holds a structure where a number belongs is spoken of in words", async () => {
		const messages = new Set<string>()
		for (let at = 4; at < 10; at++) {
			for (let value = 0; value < 256; value++) {
				const bytes = whole("glue-snappy")
				bytes[at] = value
				const result = await readParquet(bytes)
				if (result instanceof Error) messages.add(result.message)
			}
		}
		expect([...messages].filter((message) => message.includes("[object"))).toEqual([])
		expect([...messages].filter((message) => message.includes("is no number"))).not.toEqual([])
	})

	test("checksums find what the format cannot", async () => {
		const bytes = whole("glue-checked")
		const at = bytes.indexOf("bleak")
		expect(at).toBeGreaterThan(0)
		expect(await readParquet(bytes)).toHaveLength(5)
		bytes[at] = "s".charCodeAt(0)
		const result = await readParquet(bytes)
		expect((result as Error).message).toBe(
			"dev.parquet: the file must be whole Parquet (was a page's checksum is wrong)",
		)
	})
})

describe("SQuAD", () => {
	const context = "In 1066 the Normans won. They had 1066 ships."
	const qas = [
		{ id: "q1", question: "Who won?", answers: [{ text: "the Normans", answer_start: 8 }], is_impossible: false },
		{ id: "q2", question: "Who sang?", answers: [], is_impossible: true },
		{ id: "q3", question: "How many ships?", answers: [{ text: "1066" }, { text: "1066" }] },
	]
	const file = { version: "v2.0", data: [{ title: "t", paragraphs: [{ context, qas }] }] }

	const check = (json: string) => {
		try {
			for (const { answers, context, position } of parseSquad(json, "dev.json", { version: 2 })) {
				expect(position === undefined).toBe(answers.length === 0)
				if (position !== undefined) expect(answers).toContain(context.slice(position.start, position.end))
			}
			return "read"
		} catch (error) {
			isClear(error as Error)
			return "refused"
		}
	}

	test("bytes that are damaged", () => {
		const bytes = Buffer.from(JSON.stringify(file))
		const runs = fc.property(damages, (damage) => void check(damaged(bytes, damage).toString("utf8")))
		fc.assert(runs, { seed, numRuns: 150 })
		for (let at = 0; at < bytes.length; at++) expect(check(bytes.toString("utf8", 0, at))).toBe("refused")
	})

	test.each(["squad-snappy", "squad-groups"])(
		"%s that is cut, or of which a byte is changed, gives all its questions or is refused",
		async (name) => {
			const whole = readFileSync(new URL(`fixtures/${name}.parquet`, import.meta.url))
			const read = (bytes: Uint8Array) =>
				parquetQuestions(sourceOf(bytes), "dev.parquet", { version: 2 }).catch((error: Error) => {
					isClear(error)
					return undefined
				})
			expect(await read(whole)).toHaveLength(3)
			for (let at = 0; at < whole.length; at += 7) expect(await read(whole.subarray(0, at))).toBeUndefined()
			let refused = 0
			for (let at = 0; at < whole.length; at++) {
				const bytes = Buffer.from(whole)
				bytes[at]! ^= [1, 0x80, 0x55, 0xff][at % 4]!
				const questions = await read(bytes)
				if (questions === undefined) refused++
				else expect(questions).toHaveLength(3)
			}
			expect(refused).toBeGreaterThan(300)
		},
	)

	test("values that are missing, doubled or of another kind", () => {
		const paths = pathsIn(file)
		const change = fc.record({
			path: fc.constantFrom(...paths),
			value: fc.oneof(
				fc.constant(undefined),
				fc.jsonValue({ maxDepth: 2 }),
				fc.constantFrom(...paths.map((p) => at(file, p))),
			),
		})
		const results = { read: 0, refused: 0 }
		fc.assert(
			fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (changes) => {
				const broken = structuredClone(file)
				for (const { path, value } of changes) set(broken, path, value)
				results[check(JSON.stringify(broken))]++
			}),
			{ seed, numRuns: 300 },
		)
		expect(Math.min(results.read, results.refused)).toBeGreaterThan(10)
	})
})

type Path = readonly string[]

function pathsIn(value: unknown, path: Path = []): Path[] {
	if (typeof value !== "object" || value === null) return [path]
	return [
		...(path.length > 0 ? [path] : []),
		...Object.entries(value).flatMap(([key, v]) => pathsIn(v, [...path, key])),
	]
}

function at(value: unknown, path: Path): unknown {
	return path.reduce((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}

/** Does nothing where an earlier change has taken the place away. */
function set(value: unknown, path: Path, to: unknown): void {
	const parent = at(value, path.slice(0, -1))
	if (typeof parent === "object" && parent !== null) (parent as Record<string, unknown>)[path.at(-1)!] = to
}
