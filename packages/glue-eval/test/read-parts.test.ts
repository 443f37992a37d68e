import { join } from "node:path"
import { expect, test } from "vitest"
import { ownTask, readParts } from "../src/index.ts"
import { dataFolder, jsonl } from "./data-folder.ts"

const task = ownTask({ kind: "classification", text: "text", label: "label", labels: ["bad", "good"] })
const csv = (rows: number) =>
	`text,label\n${Array.from({ length: rows }, (_, row) => `text ${row},${row % 2}\n`).join("")}`

async function partsOf(content: string, seed = 0, file = "reviews.csv") {
	return readParts(task, join(await dataFolder({ [file]: content }), file), { seed })
}

test("every row is in one part, in the file's order; a tenth is dev and a tenth test", async () => {
	const { train, dev, test: last } = await partsOf(csv(105))
	expect([train, dev, last].map(({ examples }) => examples.length)).toEqual([85, 10, 10])
	const rows = [train, dev, last].map(({ examples }) => examples.map(({ row }) => row))
	for (const part of rows) expect(part).toEqual(part.toSorted((a, b) => a - b))
	expect(rows.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 105 }, (_, row) => row))
	for (const { row, text, label } of dev.examples) expect([text, label]).toEqual([`text ${row}`, row % 2])
	expect(dev.file).toMatch(/reviews\.csv$/)
})

test("the seed decides, and the format does not", async () => {
	const rowsOfDev = async (...args: Parameters<typeof partsOf>) =>
		(await partsOf(...args)).dev.examples.map(({ row }) => row)
	const first = await rowsOfDev(csv(100))
	// These rows for ever: a result that was made on such a file can be evaluated again.
	expect(first).toEqual([1, 2, 10, 12, 13, 32, 63, 67, 74, 79])
	expect(await rowsOfDev(csv(100), 1)).not.toEqual(first)
	const lines = jsonl(...Array.from({ length: 100 }, (_, row) => ({ text: `text ${row}`, label: row % 2 })))
	expect(await rowsOfDev(lines, 0, "reviews.jsonl")).toEqual(first)
	expect(await rowsOfDev(csv(100).replaceAll(",", "\t"), 0, "reviews.tsv")).toEqual(first)
})

test("too few rows are refused", async () => {
	await expect(partsOf(csv(9))).rejects.toThrow(
		/reviews\.csv: rows of data must be at least 10, as one file is split into train, dev and test \(was 9\)$/,
	)
	const { train, dev, test: last } = await partsOf(csv(10))
	expect([train, dev, last].map(({ examples }) => examples.length)).toEqual([8, 1, 1])
})
