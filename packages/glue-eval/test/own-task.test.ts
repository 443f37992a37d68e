import { readFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { describe, expect, test } from "vitest"
import {
	encodeExamples,
	labelMap,
	logitsOf,
	type OwnTaskOptions,
	ownTask,
	readExamples,
	readTexts,
	score,
	taskNamed,
} from "../src/index.ts"
import { dataFolder, jsonl, tsv } from "./data-folder.ts"

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.parquet`, import.meta.url))
const stars: OwnTaskOptions = { kind: "classification", text: "review", label: "stars", labels: ["bad", "good"] }

async function read(content: string | Uint8Array, file = "train.csv", options: OwnTaskOptions = stars) {
	const folder = await dataFolder({ [file]: content })
	return readExamples(ownTask(options), folder, { split: file.split(".")[0]! })
}

async function refusal(content: string | Uint8Array, file?: string, options?: OwnTaskOptions): Promise<string> {
	const error = await read(content, file, options).catch((error) => error)
	expect(error).toBeInstanceOf(InvalidInputError)
	expect(error.message).not.toContain("\n")
	return error.message.replace(/^.*[\\/]/, "")
}

const expected = [
	{ row: 0, text: "a gem", label: 1 },
	{ row: 1, text: "bleak", label: 0 },
]

describe("files", () => {
	test.each([
		["CSV", "train.csv", "id,review,stars\n1,a gem,good\n2,bleak,bad\n"],
		["TSV", "train.tsv", tsv(["stars", "review"], [1, "a gem"], [0, "bleak"])],
		["JSON lines", "train.jsonl", jsonl({ review: "a gem", stars: 1 }, { review: "bleak", stars: "BAD" })],
	])("%s", async (_, file, content) => {
		expect((await read(content, file)).examples).toEqual(expected)
	})

	test("a file of any name and place, by split", async () => {
		const folder = await dataFolder({ "Reviews 2024.CSV": "review,stars\na gem,good\nbleak,bad\n" })
		for (const file of ["Reviews 2024.CSV", join(folder, "Reviews 2024.CSV")]) {
			const task = ownTask({ ...stars, files: { dev: file } })
			expect((await readExamples(task, folder, { split: "dev" })).examples).toEqual(expected)
			await expect(readExamples(task, folder, { split: "train" })).rejects.toThrow(
				"own: the split must be one of dev (was train)",
			)
		}
	})

	test("texts alone are read from CSV and Parquet, too", async () => {
		const folder = await dataFolder({ "texts.csv": 'text\n"a,b"\n', "texts.parquet": fixture("own") })
		const texts = async (file: string, column: string) =>
			(await readTexts(join(folder, file), [column])).examples.map(({ text }) => text)
		expect(await texts("texts.csv", "text")).toEqual(["a,b"])
		expect(await texts("texts.parquet", "b")).toEqual(["1", "2", "3"])
	})
})

describe("CSV", () => {
	const textsOf = async (content: string) => (await read(content)).examples.map(({ text }) => text)

	test("quotes hold commas, line ends and doubled quotes", async () => {
		expect(await textsOf('review,stars\n"a, ""b"",\r\nc",good\n"","bad"\n"""",1')).toEqual(['a, "b",\r\nc', "", '"'])
	})

	test("line ends are LF or CRLF, and the last one may be missing or doubled", async () => {
		const content = 'review,stars\na,good\n"b",bad\n'
		for (const variant of [content, content.replaceAll("\n", "\r\n"), content.trimEnd(), `${content}\r\n\n`]) {
			expect(await textsOf(variant)).toEqual(["a", "b"])
		}
	})

	test("a byte order mark, quoted names and spaces around names do not matter; spaces in cells do", async () => {
		expect(await textsOf('\uFEFF"review", stars \n a ,good\n')).toEqual([" a "])
	})

	test("an empty last cell is a cell", async () => {
		expect((await read("stars,review\ngood,\nbad,x")).examples.map(({ text }) => text)).toEqual(["", "x"])
	})

	test("a long quoted cell is read, and refused when its end is missing", async () => {
		const long = `${'""x'.repeat(200_000)}`
		expect((await textsOf(`review,stars\n"${long}",good\n`))[0]).toHaveLength(400_000)
		expect(await refusal(`review,stars\n"${long},good\n`)).toMatch(/^train\.csv line 2: cells with quotes/)
	})

	test.each([
		["a quote that is not closed", 'review,stars\na,good\n"b,bad\n', "line 3"],
		["text after a closing quote", 'review,stars\n"a\nb"c,bad\n', "line 2"],
		["a quote within a plain cell", 'review,stars\n5" disk,bad\n', "line 2"],
		["a carriage return alone", "review,stars\na\rb,bad\n", "line 2"],
	])("%s is refused", async (_, content, line) => {
		expect(await refusal(content)).toBe(
			`train.csv ${line}: cells with quotes or line ends must be quoted (was broken quotes)`,
		)
	})

	test("a row longer or shorter than the header is refused with its line", async () => {
		expect(await refusal('review,stars\n"a\nb",good\na,b,good\n')).toBe(
			"train.csv row 1 (line 4): the row must be 2 columns long, like the header (was 3)",
		)
		expect(await refusal("review,stars\na\n")).toContain("row 0 (line 2): the row must be 2 columns long")
	})

	test("blank lines are no rows, wherever they stand, and lines are counted with them", async () => {
		const content = "\r\nreview,stars\n\na,good\n  \n\r\nb,bad\n\n"
		expect((await read(content)).examples).toEqual([
			{ row: 0, text: "a", label: 1 },
			{ row: 1, text: "b", label: 0 },
		])
		expect(await refusal("review,stars\n\n\na\n")).toContain("row 0 (line 4): the row must be 2 columns long")
		expect((await read(content.replaceAll(",", "\t"), "train.tsv")).examples).toHaveLength(2)
	})

	test("a cell in quotes may hold blank lines, and an empty line is an empty text where there is one column", async () => {
		expect((await read('review,stars\n"a\n\nb",good\n')).examples[0]!.text).toBe("a\n\nb")
		const folder = await dataFolder({ "texts.csv": 'review\na\n\n""\nb\n\n\n' })
		const { examples } = await readTexts(join(folder, "texts.csv"), ["review"])
		expect(examples.map(({ text }) => text)).toEqual(["a", "", "", "b"])
	})

	test("a column that is missing or there twice is refused", async () => {
		expect(await refusal("text,stars\na,good\n")).toBe("train.csv: one of the columns must be review (was text, stars)")
		expect(await refusal("review,stars,review\na,good,b\n")).toBe(
			"train.csv: the column review must be there once (was there twice)",
		)
	})

	test("a file without rows is refused", async () => {
		for (const content of ["", "review,stars", "review,stars\n\n"]) {
			expect(await refusal(content)).toBe("train.csv: rows of data must be at least 1 (was 0)")
		}
	})
})

describe("TSV", () => {
	test("a row longer than the header is refused: a tab has torn a text", async () => {
		expect(await refusal(tsv(["stars", "review"], ["good", "a", "gem"]), "train.tsv")).toBe(
			"train.tsv row 0 (line 2): the row must be 2 columns long, like the header (was 3)",
		)
	})
})

describe("Parquet", () => {
	const examples = ["a gem 😀", "", 'so "so",\nreally', "bleak", "a gem 😀"].map((text, row) => ({
		row,
		text,
		label: [1, 0, 0, 0, 1][row],
	}))
	const sst2 = taskNamed("sst2")
	const own = (options: Partial<OwnTaskOptions>) =>
		({ kind: "classification", text: "b", label: "name", labels: ["bad", "good"], ...options }) as OwnTaskOptions

	test.each(["glue-snappy", "glue-groups"])(
		"GLUE's rows are read from %s, whose labels are 64 bits wide",
		async (name) => {
			for (const file of ["dev.parquet", "validation-00000-of-00001.parquet"]) {
				const folder = await dataFolder({ [file]: fixture(name) })
				expect((await readExamples(sst2, folder, { split: "dev" })).examples).toEqual(examples)
			}
		},
	)

	test("hidden labels are refused, and not looked at when none are asked for", async () => {
		const folder = await dataFolder({ "test.parquet": fixture("glue-hidden") })
		await expect(readExamples(sst2, folder, { split: "test" })).rejects.toThrow(
			/test\.parquet row 0: the label must be a visible one: use the dev or train split \(was -1\)$/,
		)
		const { examples } = await readExamples(sst2, folder, { split: "test", labels: "none" })
		expect(examples.map(({ label }) => label)).toEqual(Array(5).fill(undefined))
	})

	test("labels are names, truth values or numbers", async () => {
		const labels = async (options: Partial<OwnTaskOptions>) =>
			(await read(fixture("own"), "train.parquet", own(options))).examples.map(({ label }) => label)
		expect(await labels({})).toEqual([1, 0, 1])
		expect(await labels({ label: "flag", labels: ["false", "true"] })).toEqual([1, 0, 1])
		for (const label of ["flag", "int8", "decimal", "double", "digits"])
			expect(await labels({ label })).toEqual([1, 0, 1])
		expect(await labels({ kind: "regression", label: "decimals" })).toEqual([-0.0057, 2, 7.1])
		expect(await labels({ kind: "regression", label: "float" })).toEqual([0.5, -2, 3.25])
	})

	test("empty cells are refused with their row", async () => {
		expect(await refusal(fixture("own"), "train.parquet", own({ text: "a" }))).toMatch(
			/^train\.parquet row 2: the column a must be text \(was (null|undefined)\)$/,
		)
		expect(await refusal(fixture("own"), "train.parquet", own({ kind: "regression", label: "missing" }))).toMatch(
			/^train\.parquet row 1: the label must be a finite number \(was (null|undefined)\)$/,
		)
	})

	test("a column that is missing or holds lists is refused", async () => {
		expect(await refusal(fixture("own"), "train.parquet", own({ text: "c" }))).toBe(
			"train.parquet: one of the columns must be c (was a, b, name, flag, float, missing, int8, decimal, double, digits, decimals, list)",
		)
		expect(await refusal(fixture("own"), "train.parquet", own({ text: "list" }))).toBe(
			"train.parquet: the column list must be one value a row (was lists or structures)",
		)
	})

	test.each(["zstd", "gzip", "brotli", "lz4"])("pages compressed by %s are read", async (codec) => {
		const folder = await dataFolder({ "dev.parquet": fixture("glue-snappy") })
		const { examples } = await readExamples(sst2, folder, { split: "dev" })
		for (const name of [`glue-${codec}`, `glue-${codec}-2`]) {
			const other = await dataFolder({ "dev.parquet": fixture(name) })
			expect((await readExamples(sst2, other, { split: "dev" })).examples).toEqual(examples)
		}
	})

	test("another compression is refused by name", async () => {
		const bytes = Buffer.from(fixture("glue-gzip"))
		// The codec of the first column, in Thrift's compact form: 2 is gzip, 3 is LZO.
		const codec = bytes.lastIndexOf("sentence\x15\x04")
		bytes[codec + "sentence".length + 1] = 2 * 3
		const folder = await dataFolder({ "dev.parquet": bytes })
		const error = await readExamples(sst2, folder, { split: "dev" }).catch((error) => error)
		expect(error).toBeInstanceOf(UnsupportedError)
		expect(error.message).toMatch(
			/dev\.parquet: the compression must be one of UNCOMPRESSED, SNAPPY, GZIP, .*ZSTD.* \(was LZO\)$/,
		)
	})

	test("text that is not UTF-8 is refused with its column and row", async () => {
		const folder = await dataFolder({ "dev.parquet": fixture("glue-latin1") })
		await expect(readExamples(sst2, folder, { split: "dev" })).rejects.toThrow(
			/dev\.parquet row 1: the column sentence must be UTF-8 \(was another encoding\)$/,
		)
	})

	test("a column that is there twice is refused", async () => {
		const folder = await dataFolder({ "dev.parquet": fixture("glue-twice") })
		await expect(readExamples(sst2, folder, { split: "dev" })).rejects.toThrow(
			/dev\.parquet: the column sentence must be there once \(was there twice\)$/,
		)
	})

	test("a file without rows is refused", async () => {
		const folder = await dataFolder({ "dev.parquet": fixture("glue-empty") })
		await expect(readExamples(sst2, folder, { split: "dev" })).rejects.toThrow(
			/dev\.parquet: rows of data must be at least 1 \(was 0\)$/,
		)
	})

	test("what is no Parquet is refused", async () => {
		expect(await refusal("review,stars", "train.parquet")).toMatch(/^train\.parquet: the file must be whole Parquet/)
		expect(await refusal("", "train.parquet")).toMatch(/^train\.parquet: the file must be whole Parquet/)
	})
})

describe("labels", () => {
	const labelsOf = async (labels: readonly string[] | number, ...cells: readonly (string | number)[]) =>
		(
			await read(jsonl(...cells.map((stars) => ({ review: "x", stars }))), "train.jsonl", {
				...stars,
				labels,
			} as OwnTaskOptions)
		).examples.map(({ label }) => label)

	test("a name goes before an index", async () => {
		expect(await labelsOf(["b", "a"], "a", "b", 0, "1")).toEqual([1, 0, 0, 1])
	})

	test("where names are numbers, a number is a name and never an index", async () => {
		expect(await labelsOf(["1", "2", "3"], 1, "3", 2)).toEqual([0, 2, 1])
		await expect(labelsOf(["1", "2", "3"], 0)).rejects.toThrow(/the label must be one of 1, 2, 3 \(was 0\)$/)
	})

	test("a number of labels stands for 0, 1, ...", async () => {
		expect(await labelsOf(3, 0, "2", 1)).toEqual([0, 2, 1])
		await expect(labelsOf(3, 3)).rejects.toThrow(/the label must be one of 0, 1, 2 \(was 3\)$/)
	})
})

describe("the whole way", () => {
	test("a pair with names is read, encoded and scored like GLUE's", async () => {
		const task = ownTask({
			kind: "classification",
			name: "answers",
			text: ["q", "a"],
			label: "verdict",
			labels: ["wrong", "right", "unclear"],
			metrics: ["mcc", "accuracy"],
			maxLength: 16,
		})
		const folder = await dataFolder({ "dev.csv": "q,a,verdict\nWhy?,So.,right\nWho?,Me.,unclear\n" })
		const { examples } = await readExamples(task, folder, { split: "dev" })
		const lengths: unknown[] = []
		const encode = (_: string, options?: { readonly maxLength?: number | undefined }) => {
			lengths.push(options?.maxLength)
			return { ids: Uint32Array.of(1), segments: Uint8Array.of(0) } as never
		}
		const map = labelMap(task, ["unclear", "wrong", "right"], logitsOf(task))
		const samples = encodeExamples(task, examples, { encode }, { labelMap: map })
		expect(samples.map(({ target }) => target)).toEqual([2, 0])
		expect(lengths).toEqual([16, 16])
		const logits = [Float32Array.of(0, 0, 1), Float32Array.of(1, 0, 0)]
		expect(score(task, logits, samples, { labelMap: map })).toEqual({ main: 1, metrics: { mcc: 1, accuracy: 1 } })
	})

	test("a regression takes any finite number, or those of its range", async () => {
		const options = { kind: "regression", text: "t", label: "y" } as const
		const content = "t,y\na,-1e3\nb,+.5\nc,7.\n"
		expect((await read(content, "train.csv", options)).examples.map(({ label }) => label)).toEqual([-1000, 0.5, 7])
		const ranged = { ...options, range: [0, 10] } as const
		expect(await refusal(content, "train.csv", ranged)).toContain("the label must be a number from 0 to 10 (was -1e3)")
		for (const cell of ["0x10", "Infinity", "NaN", "1e999", "", "1,5", "one"]) {
			expect(await refusal(`t,y\na,"${cell}"\n`, "train.csv", options)).toBe(
				`train.csv row 0 (line 2): the label must be a finite number (was ${cell})`,
			)
		}
		expect(ownTask(options).metrics).toEqual(["spearman", "pearson"])
		expect(logitsOf(ownTask(options))).toBe(1)
	})
})

describe("descriptions that cannot be right are refused", () => {
	const refused = (options: object) => () => ownTask({ ...stars, ...options } as OwnTaskOptions)
	test.each([
		[{ text: [] }, "own: the text columns must be 1 or 2 (was 0)"],
		[{ text: ["a", "b", "c"] }, "own: the text columns must be 1 or 2 (was 3)"],
		[{ text: "stars" }, "own: the columns must be names, each once (was stars, stars)"],
		[{ label: " " }, "own: the columns must be names, each once (was review,  )"],
		[{ labels: ["one"] }, "own: the labels must be at least 2 (was 1)"],
		[{ labels: 1 }, "own: the labels must be at least 2 (was 1)"],
		[
			{ labels: ["a b", "A-B"] },
			"own: the labels must be names that differ in more than capitals and spaces (was A-B)",
		],
		[{ labels: ["a", " "] }, "own: the labels must be names, none of them empty (was a, )"],
		[{ metrics: [] }, "own: the metrics must be at least 1 (was 0)"],
		[{ metrics: ["pearson"] }, "own: the metrics must be among accuracy, f1, mcc (was pearson)"],
		[{ labels: 3, metrics: ["f1"] }, "own: the metrics must be among accuracy, mcc (was f1)"],
		[{ name: "mine", maxLength: 2 }, "mine: maxLength must be at least 3 (was 2)"],
		[{ kind: "regression", range: [5, 0] }, "own: the range must be from a lower to a higher number (was 5 to 0)"],
		[{ kind: "regression", metrics: ["accuracy"] }, "own: the metrics must be among pearson, spearman (was accuracy)"],
	])("%j", (options, message) => {
		expect(refused(options)).toThrow(message)
		expect(refused(options)).toThrow(InvalidInputError)
	})
})
