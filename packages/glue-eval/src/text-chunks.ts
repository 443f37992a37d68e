import { constants, isUtf8 } from "node:buffer"
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
	const start = new Uint8Array(await source.slice(0, Math.min(4, source.byteLength)))
	refuseOtherFiles(start, file)
	const mark = byteOrderMarks.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))
	const decode = mark?.encoding === undefined ? utf8Pieces(file) : utf16Pieces(mark.encoding, file)
	for (let at = mark?.encoding === undefined ? (mark?.bytes.length ?? 0) : 0; at < source.byteLength; at += chunk) {
		const end = Math.min(at + chunk, source.byteLength)
		yield decode(Buffer.from(await source.slice(at, end)), end === source.byteLength)
	}
}

const byteOrderMarks: readonly { readonly bytes: readonly number[]; readonly encoding?: string }[] = [
	{ bytes: [0xef, 0xbb, 0xbf] },
	{ bytes: [0xff, 0xfe], encoding: "utf-16le" },
	{ bytes: [0xfe, 0xff], encoding: "utf-16be" },
]

/** Many times faster than a decoder that goes on where it ended, and plain letters take one byte each. */
function utf8Pieces(file: string): (bytes: Buffer, isLast: boolean) => string {
	let rest: Buffer = Buffer.alloc(0)
	return (bytes, isLast) => {
		const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
		const end = isLast ? all.length : lastWhole(all)
		rest = all.subarray(end)
		const whole = all.subarray(0, end)
		if (!isUtf8(whole)) throw otherEncoding(file)
		return whole.toString("utf8")
	}
}

/** Where the last character begins, unless all of it is there: a character of UTF-8 has at most four bytes. */
function lastWhole(bytes: Buffer): number {
	for (let back = 1; back <= Math.min(3, bytes.length); back++) {
		const byte = bytes[bytes.length - back]!
		if (byte < 0x80) break
		const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0
		if (length > 0) return length > back ? bytes.length - back : bytes.length
	}
	return bytes.length
}

function utf16Pieces(encoding: string, file: string): (bytes: Buffer, isLast: boolean) => string {
	const decoder = new TextDecoder(encoding, { fatal: true })
	return (bytes, isLast) => {
		try {
			return decoder.decode(bytes, { stream: !isLast })
		} catch (cause) {
			throw otherEncoding(file, cause)
		}
	}
}

function otherEncoding(file: string, cause?: unknown): InvalidInputError {
	return new InvalidInputError(file, "the text", "UTF-8", "another encoding", { cause })
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

/** What files that are no text begin with. */
const others: readonly [name: string, ...bytes: number[]][] = [
	["compressed by gzip", 0x1f, 0x8b],
	["compressed by Zstandard", 0x28, 0xb5, 0x2f, 0xfd],
	["an archive or a workbook", 0x50, 0x4b, 0x03, 0x04],
	["Parquet", 0x50, 0x41, 0x52, 0x31],
]

function refuseOtherFiles(start: Uint8Array, file: string): void {
	const other = others.find(([, ...bytes]) => bytes.every((byte, index) => start[index] === byte))
	if (other !== undefined) throw new InvalidInputError(file, "the text", "UTF-8", other[0])
	const [a = 1, b = 1, c = 1, d = 1] = start
	const isWide = (a === 0 && c === 0) || (b === 0 && d === 0)
	if (isWide) throw new InvalidInputError(file, "the text", "UTF-8", "UTF-16 without a byte order mark")
}
