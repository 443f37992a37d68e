/**
 * How many tokens of each text stay when both share `room`: the strategy `longest_first` of Hugging Face `tokenizers`.
 *
 * Where cutting the longer text is enough, only that is cut. Otherwise the shorter keeps floor(room / 2) and the longer
 * the rest; of two equally long ones the second counts as the longer.
 *
 * @returns tokens kept of the first and of the second text
 */
export function longestFirst(first: number, second: number, room: number): readonly [first: number, second: number] {
	if (first + second <= room) return [first, second]
	const kept = Math.min(first, second, Math.floor(room / 2))
	return first > second ? [room - kept, kept] : [kept, room - kept]
}
