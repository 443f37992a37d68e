import { constants } from "node:buffer"
import { InvalidInputError } from "@winnow/tensor"
import type { ByteSource } from "./byte-source.ts"

/** Characters of the longest text that Node makes: half a gigabyte. */
export const longestText = constants.MAX_STRING_LENGTH

const usualChunk = 4 * 2 ** 20

/**
 * The text of a file in pieces, without a byte order mark: UTF-8, or UTF-16 where a mark says so.
 *
 * @param chunk - bytes that are decoded at once; for tests
 * @throws {InvalidInputError} when it is another encoding, or no text
 */
export async function* textChunks(source: ByteSource, file: string, chunk = usualChunk): AsyncGenerator<string> {
	const decoder = decoderFor(new Uint8Array(await source.slice(0, Math.min(4, source.byteLength))), file)
	for (let start = 0; start < source.byteLength; start += chunk) {
		const bytes = await source.slice(start, Math.min(start + chunk, source.byteLength))
		yield decoded(file, () => decoder.decode(bytes, { stream: true }))
	}
	yield decoded(file, () => decoder.decode())
}

/**
 * The whole text of a file.
 *
 * @throws {InvalidInputError} when it is too long for one text, or what `textChunks` throws
 */
export async function wholeText(source: ByteSource, file: string, longest = longestText): Promise<string> {
	const pieces: string[] = []
	let length = 0
	for await (const piece of textChunks(source, file)) {
		pieces.push(piece)
		length += piece.length
		if (length > longest) {
			const expected = `of at most ${longest} characters, the longest text that Node reads at once`
			throw new InvalidInputError(file, "the text", expected, `in a file of ${source.byteLength} bytes`)
		}
	}
	return pieces.join("")
}

function decoded(file: string, decode: () => string): string {
	try {
		return decode()
	} catch (cause) {
		throw new InvalidInputError(file, "the text", "UTF-8", "another encoding", { cause })
	}
}

/** What files that are no text begin with. */
const others: readonly [name: string, ...bytes: number[]][] = [
	["compressed by gzip", 0x1f, 0x8b],
	["compressed by Zstandard", 0x28, 0xb5, 0x2f, 0xfd],
	["an archive or a workbook", 0x50, 0x4b, 0x03, 0x04],
	["Parquet", 0x50, 0x41, 0x52, 0x31],
]

function decoderFor(start: Uint8Array, file: string): InstanceType<typeof TextDecoder> {
	const begins = (...bytes: number[]) => bytes.every((byte, index) => start[index] === byte)
	const other = others.find(([, ...bytes]) => begins(...bytes))
	if (other !== undefined) throw new InvalidInputError(file, "the text", "UTF-8", other[0])
	const [a = 1, b = 1, c = 1, d = 1] = start
	const isMarked = begins(0xff, 0xfe) || begins(0xfe, 0xff)
	if (!isMarked && ((a === 0 && c === 0) || (b === 0 && d === 0))) {
		throw new InvalidInputError(file, "the text", "UTF-8", "UTF-16 without a byte order mark")
	}
	const encoding = begins(0xff, 0xfe) ? "utf-16le" : begins(0xfe, 0xff) ? "utf-16be" : "utf-8"
	return new TextDecoder(encoding, { fatal: true })
}
