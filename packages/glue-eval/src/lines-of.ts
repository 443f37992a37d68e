import { InvalidInputError } from "@winnow/tensor"
import { longestText } from "./text-chunks.ts"

/**
 * Lines without their ends, LF or CRLF, in blocks; empty ones at the end of the text do not count.
 *
 * @throws {InvalidInputError} when a line is too long for one text
 */
export async function* linesOf(
	chunks: AsyncIterable<string>,
	file: string,
	longest = longestText,
): AsyncGenerator<readonly string[]> {
	// What follows the last line end: joined once, as a long line may take many pieces.
	let open: string[] = []
	let length = 0
	// A line that may be the last one, and the empty ones after it.
	let waiting: string[] = []
	for await (const chunk of chunks) {
		const end = chunk.lastIndexOf("\n")
		length = end === -1 ? length + chunk.length : chunk.length - end - 1
		if (length > longest) {
			throw new InvalidInputError(file, "a line", `of at most ${longest} characters`, "longer")
		}
		if (end === -1) {
			open.push(chunk)
			continue
		}
		const lines = [...waiting, ...(open.join("") + chunk.slice(0, end)).split("\n")]
		open = [chunk.slice(end + 1)]
		const last = lines.findLastIndex((line) => !isEmpty(line))
		waiting = lines.splice(Math.max(0, last))
		if (lines.length > 0) yield lines.map(withoutReturn)
	}
	const lines = [...waiting, open.join("")]
	const last = lines.findLastIndex((line) => !isEmpty(line))
	if (last === -1) return
	yield [...lines.slice(0, last).map(withoutReturn), lines[last]!.replace(/\r+$/, "")]
}

const isEmpty = (line: string) => /^\r*$/.test(line)
const withoutReturn = (line: string) => (line.endsWith("\r") ? line.slice(0, -1) : line)
