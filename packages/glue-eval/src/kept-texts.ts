import { getHeapStatistics } from "node:v8"
import { InvalidInputError } from "@winnow/tensor"

export interface KeptTextsOptions {
	/** Bytes of a file from which on its texts are copied and counted. */
	readonly large?: number
	/** Bytes that Node may use for texts and everything else. */
	readonly heap?: number
}

/**
 * What keeps the texts of a file: of a large one as copies, since a piece of a longer text holds all of that in memory, and no more than
 * fit there. Node would end without a word.
 *
 * @throws {InvalidInputError} from the function, when they do not fit
 */
export function keptTexts(
	file: string,
	bytes: number,
	{ large = 2 ** 28, heap = getHeapStatistics().heap_size_limit }: KeptTextsOptions = {},
): (text: string) => string {
	if (bytes < large) return (text) => text
	const most = 0.6 * heap
	let kept = 0
	return (text) => {
		const copy = Buffer.from(text)
		// Texts of one byte a character, or of two; and what an object takes.
		kept += (copy.length === text.length ? 1 : 2) * text.length + 100
		if (kept <= most) return copy.toString()
		const expected = `at most ${Math.floor(most / 2 ** 20)} MiB in memory, which node --max-old-space-size raises`
		throw new InvalidInputError(file, "its texts", expected, "more")
	}
}
