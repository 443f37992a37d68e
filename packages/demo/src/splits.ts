export type Split = "train" | "dev" | "test"

/**
 * The split that a template belongs to: 8 of 10 train, 1 dev, 1 test, by a hash of its text (FNV-1a, 32 bits).
 *
 * A review is made from a template of its own split only.
 */
export function splitOfTemplate(text: string): Split {
	let hash = 0x811c9dc5
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
	return splitOf((hash >>> 0) % 10)
}

/**
 * The split that a subject together with a judging word belongs to ("the plot" with "dull"), by their positions in their lists: a
 * Latin square, in which every subject and every word of a list of 10 occurs in every split.
 *
 * A clause puts together only what belongs to the review's split.
 */
export function splitOfPair(subject: number, word: number): Split {
	return splitOf((subject + word) % 10)
}

function splitOf(digit: number): Split {
	return digit === 0 ? "dev" : digit === 1 ? "test" : "train"
}
