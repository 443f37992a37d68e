import { InvalidInputError } from "@winnow/tensor"
import type { Encoding, Tokenizer, Tokens } from "./tokenizer.ts"

export interface WindowOptions {
	/** Most tokens of a window, special ones included. */
	readonly maxLength?: number | undefined
	/** Tokens of the context that a window shares with the one before it. */
	readonly stride?: number | undefined
}

const nothing: Tokens = { ids: new Uint32Array(0), offsets: new Uint32Array(0) }

/**
 * The inputs of a model that looks for the answer to a question in a context, however long: the question, whole, with
 * as much of the context as there is room for, in windows that overlap.
 *
 *   [CLS] question [SEP] context [SEP]      or RoBERTa's  <s> question </s></s> context </s>
 *
 * Window w has the context's tokens from w (room - stride) on, `room` of them, where room = maxLength - tokens of the
 * question - special tokens; the first to reach the end is the last. With `truncationSide` left they go from the end to the start. Question and context are tokenised apart. It is what
 * Hugging Face `tokenizers` 0.22.2 does with `truncation="only_second"` and `return_overflowing_tokens`.
 *
 * @returns encodings, at least one; tokens with `sequence` 1 are of the context, and their offsets are places in it
 * @throws {InvalidInputError} when `maxLength` or `stride` leaves no room, or the question leaves none to a context
 * @example
 * const windows = contextWindows(tokenizer, "Who?", context, { maxLength: 384, stride: 128 })
 * for (const { ids, segments } of windows) model(ids, segments)
 */
export function contextWindows(
	tokenizer: Pick<Tokenizer, "tokenize" | "withSpecialTokens" | "truncationSide">,
	question: string,
	context: string,
	{ maxLength = 384, stride = 128 }: WindowOptions = {},
): readonly Encoding[] {
	const special = tokenizer.withSpecialTokens(nothing, nothing).ids.length
	requireRoom(maxLength, stride, special)
	const [asked, searched] = [tokenizer.tokenize(question), tokenizer.tokenize(context)]
	const room = maxLength - special - asked.ids.length
	const length = searched.ids.length
	if (length <= room) return [tokenizer.withSpecialTokens(asked, searched)]
	if (room <= stride) {
		const most = `of at most ${maxLength - special - stride - 1} tokens, so that windows of the context move on`
		throw new InvalidInputError("contextWindows", "the question", most, asked.ids.length)
	}
	const windows: Encoding[] = []
	for (let start = 0, end = 0; end < length; start += room - stride) {
		end = Math.min(start + room, length)
		// Of a tokenizer that cuts at the start, the first window is the last of the context.
		const [from, to] = tokenizer.truncationSide === "left" ? [length - end, length - start] : [start, end]
		windows.push(tokenizer.withSpecialTokens(asked, tokensBetween(searched, from, to)))
	}
	return windows
}

function requireRoom(maxLength: number, stride: number, special: number): void {
	if (!Number.isInteger(maxLength) || maxLength <= special) {
		throw new InvalidInputError("contextWindows", "maxLength", `an integer of at least ${special + 1}`, maxLength)
	}
	if (!Number.isInteger(stride) || stride < 0 || stride >= maxLength - special) {
		throw new InvalidInputError("contextWindows", "stride", `an integer from 0 to ${maxLength - special - 1}`, stride)
	}
}

function tokensBetween({ ids, offsets }: Tokens, start: number, end: number): Tokens {
	return { ids: ids.subarray(start, end), offsets: offsets.subarray(2 * start, 2 * end) }
}
