import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { encodeTexts, hasSplit, readTexts, taskNamed } from "../src/index.ts"
import { dataFolder, jsonl, tsv } from "./data-folder.ts"

async function read(content: string | Uint8Array, columns: readonly string[], file = "texts.tsv") {
	return readTexts(join(await dataFolder({ [file]: content }), file), columns)
}

test("reads one column of a file, whatever else is in it", async () => {
	const { examples, file } = await read(tsv(["id", "review"], [7, "a gem . "], [8, 'so "so"']), ["review"])
	expect(examples).toEqual([
		{ row: 0, text: "a gem . " },
		{ row: 1, text: 'so "so"' },
	])
	expect(file).toMatch(/texts\.tsv$/)
})

test("reads the two columns of a pair, in the order asked for", async () => {
	const { examples } = await read(tsv(["b", "a"], ["second", "first"]), ["a", "b"])
	expect(examples).toEqual([{ row: 0, text: "first", pair: "second" }])
})

test("reads JSON lines", async () => {
	const { examples } = await read(jsonl({ text: "a gem", stars: 5 }), ["text"], "texts.jsonl")
	expect(examples).toEqual([{ row: 0, text: "a gem" }])
})

test.each([
	["a column that is missing", tsv(["id", "text"], [1, "x"]), /texts\.tsv: .*review.*\(was/],
	["a file without rows", tsv(["review"]), /rows of data must be at least 1 \(was 0\)$/],
	["a row that is cut off", tsv(["id", "review"], [1]), /row 0 \(line 2\): the row must be at least 2 columns long/],
])("refuses %s", async (_, content, message) => {
	const error = await read(content, ["review"]).catch((error) => error)
	expect(error).toBeInstanceOf(InvalidInputError)
	expect(error.message).toMatch(message)
})

test("refuses a file that is not there", async () => {
	await expect(readTexts(join(await dataFolder({}), "none.tsv"), ["text"])).rejects.toThrow(
		"none.tsv: the file must be there (was missing)",
	)
})

test("knows which splits a folder has", async () => {
	const folder = await dataFolder({ "dev.tsv": tsv(["sentence", "label"], ["a", 1]), "test.jsonl": "" })
	const task = taskNamed("sst2")
	const found = await Promise.all(["train", "dev", "test"].map((split) => hasSplit(task, folder, split)))
	expect(found).toEqual([false, true, true])
	await expect(hasSplit(task, folder, "best")).rejects.toThrow("the split must be one of train, dev, test (was best)")
})

test("tokenises texts and pairs, cut to a length, without targets", () => {
	const calls: unknown[] = []
	const encode = (text: string, options?: object) => {
		calls.push([text, options])
		return { ids: Uint32Array.of(1), segments: Uint8Array.of(0), offsets: [], windows: [] } as never
	}
	const samples = encodeTexts([{ text: "a" }, { text: "b", pair: "c" }], { encode }, { maxLength: 9 })
	expect(calls).toEqual([
		["a", { pair: undefined, maxLength: 9 }],
		["b", { pair: "c", maxLength: 9 }],
	])
	expect(samples).toEqual([0, 1].map(() => ({ ids: Uint32Array.of(1), segments: Uint8Array.of(0) })))
})
