import { InvalidInputError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { csvRecords } from "../src/csv-records.ts"
import { keptTexts } from "../src/kept-texts.ts"
import { linesOf } from "../src/lines-of.ts"
import { textChunks, wholeText } from "../src/text-chunks.ts"

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text)).buffer

async function all<T>(blocks: AsyncIterable<readonly T[]>): Promise<T[]> {
	const items: T[] = []
	for await (const block of blocks) items.push(...block)
	return items
}

async function* pieces(...texts: readonly string[]) {
	yield* texts
}

test("text in pieces of any size is the whole text, also where a character or a line end is torn", async () => {
	const text = "naïve 😀\r\n\r\nline\rwith returns\r\n"
	for (let size = 1; size < 12; size++) {
		const chunks = () => textChunks(bytesOf(text), "file", size)
		let whole = ""
		for await (const chunk of chunks()) whole += chunk
		expect(whole).toBe(text)
		expect(await all(linesOf(chunks(), "file"))).toEqual(["naïve 😀", "", "line\rwith returns"])
	}
})

test("records in pieces of any size are those of the whole text", async () => {
	const text = 'a,"b ""so""\r\n\r\n,"\r\n\r\n"""",\n""\n'
	for (let size = 1; size < text.length; size++) {
		expect(await all(csvRecords(textChunks(bytesOf(text), "file", size), "file"))).toEqual([
			{ line: 1, cells: ["a", 'b "so"\r\n\r\n,'], isBlank: false },
			{ line: 4, cells: [""], isBlank: true },
			{ line: 5, cells: ['"', ""], isBlank: false },
			{ line: 6, cells: [""], isBlank: false },
		])
	}
})

test("a text, a line or a record that is longer than Node reads is refused for that reason", async () => {
	await expect(wholeText(bytesOf("x".repeat(50)), "dev.json", 49)).rejects.toThrow(
		"dev.json: the text must be of at most 49 characters, the longest text that Node reads at once (was in a file of 50 bytes)",
	)
	expect(await wholeText(bytesOf("x".repeat(50)), "dev.json", 50)).toHaveLength(50)
	await expect(all(linesOf(pieces("short\nlong", "er", "\n"), "dev.tsv", 5))).rejects.toThrow(
		"dev.tsv: a line must be of at most 5 characters (was longer)",
	)
	await expect(all(csvRecords(pieces("a\n", '"never ', "closed\n"), "dev.csv", 8))).rejects.toThrow(
		"dev.csv line 2: the row must be at most 8 characters long, and its quotes closed (was longer)",
	)
})

test("texts of a large file are copied as long as they fit into memory", () => {
	const keep = keptTexts("dev.csv", 1000, { large: 1000, heap: 2000 })
	expect(keep("naïve 😀")).toBe("naïve 😀")
	expect(keep("x".repeat(800))).toBe("x".repeat(800))
	expect(() => keep("x".repeat(200))).toThrow(
		new InvalidInputError(
			"dev.csv",
			"its texts",
			"at most 0 MiB in memory, which node --max-old-space-size raises",
			"more",
		),
	)
	const small = keptTexts("dev.csv", 999, { large: 1000, heap: 1 })
	expect(small("x".repeat(200))).toBe("x".repeat(200))
})
