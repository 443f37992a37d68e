import { gzipSync } from "node:zlib"
import { InvalidInputError } from "@winnow/tensor"
import { describe, expect, test } from "vitest"
import { readExamples, taskNamed } from "../src/index.ts"
import { dataFolder, jsonl, tsv } from "./data-folder.ts"

interface Read {
	readonly task: string
	readonly file?: string
	readonly split?: string
	readonly labels?: "required" | "none"
}

async function read(content: string | Uint8Array, { task, file = "dev.tsv", split = "dev", labels }: Read) {
	const folder = await dataFolder({ [file]: content })
	return readExamples(taskNamed(task), folder, { split, labels })
}

async function refusal(content: string | Uint8Array, options: Read): Promise<string> {
	const error = await read(content, options).catch((error) => error)
	expect(error).toBeInstanceOf(InvalidInputError)
	expect(error.message).not.toContain("\n")
	return error.message.replace(/^.*[\\/]/, "")
}

describe("official files", () => {
	test("SST-2 has one text and an index", async () => {
		const { examples } = await read(tsv(["sentence", "label"], ["a charming journey . ", 1], ["bleak ", 0]), {
			task: "sst2",
		})
		expect(examples).toEqual([
			{ row: 0, text: "a charming journey . ", label: 1 },
			{ row: 1, text: "bleak ", label: 0 },
		])
	})

	test("CoLA has no header in train and dev, and one in test", async () => {
		const dev = await read(tsv(["gj04", 1, "", "They drank the pub."], ["cj99", 0, "*", "As you eat."]), {
			task: "cola",
		})
		expect(dev.examples).toEqual([
			{ row: 0, text: "They drank the pub.", label: 1 },
			{ row: 1, text: "As you eat.", label: 0 },
		])
		const hidden = await read(tsv(["index", "sentence"], [0, "Bill whistled."]), {
			task: "cola",
			file: "test.tsv",
			split: "test",
			labels: "none",
		})
		expect(hidden.examples).toEqual([{ row: 0, text: "Bill whistled." }])
	})

	test("MRPC names its columns after strings and begins with a byte order mark", async () => {
		const header = ["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"]
		const { examples } = await read(`\uFEFF${tsv(header, [1, 702876, 702977, "one", "two"])}`, { task: "mrpc" })
		expect(examples).toEqual([{ row: 0, text: "one", pair: "two", label: 1 }])
	})

	test("STS-B has scores", async () => {
		const header = "index genre filename year old_index source1 source2 sentence1 sentence2 score".split(" ")
		const row = [0, "main-captions", "MSRvid", "2012test", "0000", "none", "none", "A man dances.", "A man sings."]
		const { examples } = await read(tsv(header, [...row, "4.750"], [...row, "0"], [...row, "5.000"]), { task: "stsb" })
		expect(examples.map(({ label }) => label)).toEqual([4.75, 0, 5])
		expect(examples[0]).toEqual({ row: 0, text: "A man dances.", pair: "A man sings.", label: 4.75 })
	})

	test("QQP has broken rows, which are left out and counted as rows", async () => {
		const header = ["id", "qid1", "qid2", "question1", "question2", "is_duplicate"]
		const { examples, skipped } = await read(
			tsv(header, [7, 1, 2, "Why?", "How?", 0], [8, 3, 4, "Who is", "What"], ["is that?", 1], [9, 5, 6, "", "Eh?", 1]),
			{ task: "qqp" },
		)
		expect(examples).toEqual([
			{ row: 0, text: "Why?", pair: "How?", label: 0 },
			{ row: 3, text: "", pair: "Eh?", label: 1 },
		])
		expect(skipped).toEqual([1, 2])
	})

	test("MNLI has columns beside the sentences and two dev sets", async () => {
		const header = ["index", "sentence1_parse", "sentence1", "sentence2", "label1", "gold_label"]
		const folder = await dataFolder({
			"dev_matched.tsv": tsv(header, [0, "(p)", "premise", "hypothesis", "neutral", "contradiction"]),
			"dev_mismatched.tsv": tsv(header, [0, "(p)", "another", "hypothesis", "neutral", "entailment"]),
		})
		const matched = await readExamples(taskNamed("mnli"), folder, { split: "dev" })
		expect(matched.examples).toEqual([{ row: 0, text: "premise", pair: "hypothesis", label: 2 }])
		const mismatched = await readExamples(taskNamed("mnli"), folder, { split: "dev_mismatched" })
		expect(mismatched.examples).toEqual([{ row: 0, text: "another", pair: "hypothesis", label: 0 }])
	})

	test("QNLI and RTE have labels by name", async () => {
		const qnli = tsv(["index", "question", "sentence", "label"], [0, "What?", "That.", "entailment"])
		expect((await read(qnli, { task: "qnli" })).examples).toEqual([{ row: 0, text: "What?", pair: "That.", label: 0 }])
		const rte = tsv(["index", "sentence1", "sentence2", "label"], [0, "First.", "Second.", "not_entailment"])
		expect((await read(rte, { task: "rte" })).examples).toEqual([{ row: 0, text: "First.", pair: "Second.", label: 1 }])
	})
})

describe("TSV", () => {
	test("quotes are text, also a single one", async () => {
		const content = tsv(["sentence", "label"], ['"so far', 1], ['" quoted "', 0], ["it's", 1])
		expect((await read(content, { task: "sst2" })).examples.map(({ text }) => text)).toEqual([
			'"so far',
			'" quoted "',
			"it's",
		])
	})

	test("line ends are LF or CRLF, and the last one may be missing or doubled", async () => {
		const content = tsv(["label", "sentence"], [1, "one"], [0, "two"])
		const expected = await read(content, { task: "sst2" })
		for (const variant of [content.replaceAll("\n", "\r\n"), content.trimEnd(), `${content}\n\r\n`]) {
			expect((await read(variant, { task: "sst2" })).examples).toEqual(expected.examples)
		}
	})

	test("columns are found in any order, and further cells are not looked at", async () => {
		const content = tsv(["label", "extra", "sentence"], [1, "x", "one", "more"])
		expect((await read(content, { task: "sst2" })).examples).toEqual([{ row: 0, text: "one", label: 1 }])
	})

	test("GLUE's name of a column goes before another that is there", async () => {
		const content = tsv(
			["label", "hypothesis", "sentence2", "premise", "gold_label"],
			["neutral", "a", "b", "c", "entailment"],
		)
		expect((await read(content, { task: "mnli" })).examples).toEqual([{ row: 0, text: "c", pair: "b", label: 0 }])
		const object = jsonl({ label: 1, score: 2, sentence2: "b", sentence1: "a" })
		expect((await read(object, { task: "stsb", file: "dev.jsonl" })).examples[0]!.label).toBe(2)
	})

	test("separators of Unicode do not end a line", async () => {
		const content = tsv(["sentence", "label"], ["a\u2028b\u0085c\fd", 1])
		expect((await read(content, { task: "sst2" })).examples[0]!.text).toBe("a\u2028b\u0085c\fd")
	})

	test("a test file is read without labels only when asked for", async () => {
		const content = tsv(["index", "sentence"], [0, "one"])
		const options = { task: "sst2", file: "test.tsv", split: "test" }
		expect((await read(content, { ...options, labels: "none" })).examples).toEqual([{ row: 0, text: "one" }])
		expect(await refusal(content, options)).toBe("test.tsv: one of the columns must be label (was index, sentence)")
	})

	test("labels that are there are not looked at when none are asked for", async () => {
		const content = tsv(["sentence", "label"], ["one", -1])
		expect((await read(content, { task: "sst2", labels: "none" })).examples).toEqual([{ row: 0, text: "one" }])
	})
})

describe("JSON lines", () => {
	test("MNLI's premise, hypothesis and label are read", async () => {
		const content = jsonl({ premise: "one", hypothesis: "two", label: "neutral" })
		expect((await read(content, { task: "mnli", file: "dev.jsonl" })).examples).toEqual([
			{ row: 0, text: "one", pair: "two", label: 1 },
		])
	})

	test("any task is read, with labels as numbers, texts of numbers, or names", async () => {
		const content = jsonl(
			{ sentence: "a\nb", label: 1 },
			{ sentence: "c", label: "0" },
			{ sentence: "d", label: "Positive" },
		)
		expect((await read(content, { task: "sst2", file: "dev.jsonl" })).examples).toEqual([
			{ row: 0, text: "a\nb", label: 1 },
			{ row: 1, text: "c", label: 0 },
			{ row: 2, text: "d", label: 1 },
		])
		const scores = jsonl({ sentence1: "a", sentence2: "b", score: 2.5 }, { sentence1: "a", sentence2: "b", label: 3 })
		const { examples } = await read(scores, { task: "stsb", file: "dev.jsonl" })
		expect(examples.map(({ label }) => label)).toEqual([2.5, 3])
	})

	test("a TSV file goes first", async () => {
		const folder = await dataFolder({
			"dev.jsonl": jsonl({ sentence: "json", label: 1 }),
			"dev.tsv": tsv(["sentence", "label"], ["tsv", 1]),
		})
		const { file, examples } = await readExamples(taskNamed("sst2"), folder, { split: "dev" })
		expect(file).toMatch(/dev\.tsv$/)
		expect(examples[0]!.text).toBe("tsv")
	})

	test("a line that is no object is refused with its row", async () => {
		const good = jsonl({ sentence: "a", label: 1 })
		const options = { task: "sst2", file: "dev.jsonl" }
		expect(await refusal(`${good}{"sentence": `, options)).toBe(
			"dev.jsonl row 1 (line 2): the line must be one JSON object (was no JSON)",
		)
		expect(await refusal(`${good}[1]\n`, options)).toBe(
			"dev.jsonl row 1 (line 2): the line must be one JSON object (was [1])",
		)
	})

	test("blank lines are no rows", async () => {
		const content = `\n${jsonl({ sentence: "a", label: 1 })}  \n\r\n${jsonl({ sentence: "b", label: 0 })}\n\n`
		const { examples } = await read(content, { task: "sst2", file: "dev.jsonl" })
		expect(examples).toEqual([
			{ row: 0, text: "a", label: 1 },
			{ row: 1, text: "b", label: 0 },
		])
		expect(await refusal(`\n${content}{`, { task: "sst2", file: "dev.jsonl" })).toContain("dev.jsonl row 2 (line 9)")
	})

	test("one array of objects is read, on one line or several", async () => {
		const objects = [
			{ sentence: "a", label: 1 },
			{ sentence: "b\nc", label: 0 },
		]
		for (const content of [JSON.stringify(objects), `\uFEFF\n${JSON.stringify(objects, undefined, 2)}\r\n`]) {
			expect((await read(content, { task: "sst2", file: "dev.jsonl" })).examples).toEqual([
				{ row: 0, text: "a", label: 1 },
				{ row: 1, text: "b\nc", label: 0 },
			])
		}
		const options = { task: "sst2", file: "dev.jsonl" }
		expect(await refusal("[]", options)).toBe("dev.jsonl: rows of data must be at least 1 (was 0)")
		expect(await refusal('[{"sentence": "a", "label": 1}, 5]', options)).toBe(
			"dev.jsonl row 1: the element must be one JSON object (was 5)",
		)
		expect(await refusal('[{"sentence": "a", "label": 1}', options)).toBe(
			"dev.jsonl: the file must be one JSON object a line, or one array of them (was no JSON)",
		)
	})

	test("a missing key is refused with the keys there", async () => {
		expect(await refusal(jsonl({ premise: "a", label: "neutral" }), { task: "mnli", file: "dev.jsonl" })).toBe(
			"dev.jsonl row 0 (line 1): one of the columns must be sentence2 or hypothesis (was premise, label)",
		)
	})

	test("a text that is no text and a label that is no label are refused", async () => {
		const options = { task: "sst2", file: "dev.jsonl" }
		expect(await refusal(jsonl({ sentence: 5, label: 1 }), options)).toBe(
			"dev.jsonl row 0 (line 1): the column sentence must be text (was 5)",
		)
		for (const label of [null, [1], {}, 0.5]) {
			expect(await refusal(jsonl({ sentence: "a", label }), options)).toContain(
				`the label must be one of negative, positive, or an index from 0 to 1 (was ${JSON.stringify(label)})`,
			)
		}
	})
})

describe("refusals", () => {
	const sst2 = { task: "sst2" }
	const header = ["sentence", "label"]

	test("a missing file, naming the files looked for", async () => {
		const folder = await dataFolder({})
		const expected = (name: string, files: string, split = "dev") =>
			new InvalidInputError(folder, `the ${split} split of ${name}`, files, "missing")
		await expect(readExamples(taskNamed("sst2"), folder, { split: "dev" })).rejects.toThrow(
			expected("sst2", "dev.tsv or dev.jsonl or dev.parquet or validation-00000-of-00001.parquet"),
		)
		await expect(readExamples(taskNamed("mnli"), folder, { split: "dev" })).rejects.toThrow(
			/the dev split of mnli must be dev_matched\.tsv or dev_matched\.jsonl or .* or dev\.tsv or .* \(was missing\)$/,
		)
	})

	test("a folder that is none", async () => {
		const folder = await dataFolder({ file: "" })
		for (const path of [`${folder}/nowhere`, `${folder}/file`]) {
			await expect(readExamples(taskNamed("sst2"), path, { split: "dev" })).rejects.toThrow(/must be dev\.tsv or/)
		}
	})

	test("a file that cannot be read", async () => {
		const folder = await dataFolder({})
		await expect(
			readExamples({ ...taskNamed("sst2"), splits: { dev: ["."] } }, folder, { split: "dev" }),
		).rejects.toThrow(/the file must be readable \(was EISDIR\)/)
	})

	test("a split the task has not", async () => {
		expect(await refusal("", { ...sst2, split: "dev_mismatched" })).toBe(
			"sst2: the split must be one of train, dev, test (was dev_mismatched)",
		)
		expect(await refusal("", { ...sst2, split: "constructor" })).toContain("the split must be one of")
	})

	test("a missing column, listing the ones there", async () => {
		expect(await refusal(tsv(["text", "label"], ["a", 1]), sst2)).toBe(
			"dev.tsv: one of the columns must be sentence (was text, label)",
		)
		expect(await refusal(tsv(["index", "#1 String", "label"], [0, "a", 1]), { task: "mrpc" })).toBe(
			"dev.tsv: one of the columns must be #2 String or sentence2 (was index, #1 String, label)",
		)
		expect(await refusal(tsv(["index", "sentence"], [0, "a"]), { task: "cola" })).toBe(
			"dev.tsv: one of the columns must be label (was index, sentence)",
		)
	})

	test("a missing header does not fill the screen", async () => {
		const message = await refusal(tsv(["long ".repeat(1000), 1]), sst2)
		expect(message.length).toBeLessThan(300)
	})

	test("an unknown label, with its row", async () => {
		for (const label of ["2", "neutral", "", "1.5", "-", "01"]) {
			expect(await refusal(tsv(header, ["a", 1], ["b", label]), sst2)).toBe(
				`dev.tsv row 1 (line 3): the label must be one of negative, positive, or an index from 0 to 1 (was ${label})`,
			)
		}
		expect(await refusal(tsv(["gj04", 7, "", "a"]), { task: "cola" })).toContain("dev.tsv row 0 (line 1): the label")
	})

	test("hidden labels", async () => {
		const expected = "the label must be a visible one: use the dev or train split"
		expect(await refusal(tsv(header, ["a", -1]), sst2)).toBe(`dev.tsv row 0 (line 2): ${expected} (was -1)`)
		const scores = jsonl({ sentence1: "a", sentence2: "b", score: -1 })
		expect(await refusal(scores, { task: "stsb", file: "dev.jsonl" })).toContain(expected)
	})

	test("a score that is no number from 0 to 5", async () => {
		for (const score of ["5.001", "-0.1", "high", "", "NaN", "Infinity"]) {
			const content = tsv(["sentence1", "sentence2", "score"], ["a", "b", score])
			expect(await refusal(content, { task: "stsb" })).toBe(
				`dev.tsv row 0 (line 2): the label must be a number from 0 to 5 (was ${score})`,
			)
		}
	})

	test("a file without rows", async () => {
		for (const content of ["", "\n", "\uFEFF", tsv(header), "sentence\tlabel"]) {
			expect(await refusal(content, sst2)).toBe("dev.tsv: rows of data must be at least 1 (was 0)")
		}
		expect(await refusal("", { ...sst2, file: "dev.jsonl" })).toBe("dev.jsonl: rows of data must be at least 1 (was 0)")
		const broken = tsv(["question1", "question2", "is_duplicate"], ["a", "b"])
		expect(await refusal(broken, { task: "qqp" })).toBe("dev.tsv: rows of data must be at least 1 (was 0)")
	})

	test("a row with too few columns, and an empty line", async () => {
		expect(await refusal(tsv(header, ["a", 1], ["b"], ["c", 0]), sst2)).toBe(
			"dev.tsv row 1 (line 3): the row must be at least 2 columns long (was 1)",
		)
		expect(await refusal(tsv(header, ["a", 1], [], ["c", 0]), sst2)).toContain("dev.tsv row 1 (line 3): the row")
		expect(await refusal(tsv(["gj04", 1, "", "a"], ["gj04", 1, ""]), { task: "cola" })).toBe(
			"dev.tsv row 1 (line 2): the row must be at least 4 columns long (was 3)",
		)
	})

	test("UTF-16 is read where a byte order mark says so, and refused by name where none does", async () => {
		const content = tsv(header, ["clichés 😀", 1])
		const little = Buffer.from(`\uFEFF${content}`, "utf16le")
		for (const bytes of [little, Buffer.from(little).swap16()]) {
			expect((await read(bytes, sst2)).examples).toEqual([{ row: 0, text: "clichés 😀", label: 1 }])
		}
		for (const bytes of [little.subarray(2), Buffer.from(little.subarray(2)).swap16()]) {
			expect(await refusal(bytes, sst2)).toBe("dev.tsv: the text must be UTF-8 (was UTF-16 without a byte order mark)")
		}
	})

	test("files that are no text, by what they are", async () => {
		expect(await refusal(gzipSync("sentence\tlabel\na\t1\n"), sst2)).toBe(
			"dev.tsv: the text must be UTF-8 (was compressed by gzip)",
		)
		expect(await refusal(Buffer.from("PK\x03\x04..."), sst2)).toContain("(was an archive or a workbook)")
	})

	test("data of which a message shows 200 characters at most", async () => {
		const long = "long\u2028 ".repeat(1e5)
		const messages = [
			await refusal(tsv(header, ["a", long]), sst2),
			await refusal(tsv([long, "label"], ["a", 1]), sst2),
			await refusal(jsonl({ sentence: { text: long }, label: 1 }), { ...sst2, file: "dev.jsonl" }),
			await refusal(`${JSON.stringify(long)}\n`, { ...sst2, file: "dev.jsonl" }),
			await refusal(jsonl({ [long]: 1 }), { ...sst2, file: "dev.jsonl" }),
		]
		for (const message of messages) expect(message.replace(/^.*? must be /, "").length).toBeLessThan(300)
	})

	test("another encoding than UTF-8", async () => {
		const latin1 = Buffer.from(tsv(header, ["clichés", 1]), "latin1")
		expect(await refusal(latin1, sst2)).toBe("dev.tsv: the text must be UTF-8 (was another encoding)")
	})
})
