import { type AlignedText, rewritten } from "./aligned-text.ts"
import { characterClass, combiningClass, isDecomposing } from "./character-class.ts"
import { perCodePoint } from "./per-code-point.ts"

/** A combining mark that takes part in canonical ordering. */
interface Mark {
	readonly codePoint: number
	/** It stands for a code point of the input; otherwise it was added behind one by its decomposition. */
	readonly isFirst: boolean
}

/** Decompositions never change once a code point is assigned: the engine's are right for all that the table names. */
const decomposition = perCodePoint((character) => character.normalize("NFD"))

/**
 * Canonical decomposition (NFD, Unicode Standard Annex 15) by the tables of Unicode 9, with places of origin.
 *
 * Where marks change order, their places of origin do not follow them. The library hands places out by position: the
 * k-th mark that stands for a code point of the input takes the place of the k-th such code point.
 */
export function canonicalDecomposition(text: AlignedText): AlignedText {
	const { codePoints, origins } = rewritten(text, (codePoint, emit) => {
		if (!(characterClass[codePoint]! & isDecomposing)) return emit(codePoint)
		for (const part of decomposition(codePoint)) emit(part)
	})
	for (let start = 0; start < codePoints.length; start++) {
		const end = endOfMarks(codePoints, start)
		if (!isOrdered(codePoints, start, end)) reorder(codePoints, origins, start, end)
		start = end
	}
	return { codePoints, origins }
}

function endOfMarks(codePoints: readonly number[], start: number): number {
	let end = start
	while (end < codePoints.length && combiningClass[codePoints[end]!] !== 0) end++
	return end
}

function isOrdered(codePoints: readonly number[], start: number, end: number): boolean {
	for (let i = start + 1; i < end; i++) {
		if (combiningClass[codePoints[i - 1]!]! > combiningClass[codePoints[i]!]!) return false
	}
	return true
}

/** Sorts marks by class, equal ones stay in order, and hands their places out again. */
function reorder(codePoints: number[], origins: number[], start: number, end: number): void {
	const marks: Mark[] = []
	const places: number[] = []
	for (let i = start; i < end; i++) {
		const isFirst = origins[i] !== origins[i - 1]
		marks.push({ codePoint: codePoints[i]!, isFirst })
		if (isFirst) places.push(origins[i]!)
	}
	marks.sort((a, b) => combiningClass[a.codePoint]! - combiningClass[b.codePoint]!)
	let taken = 0
	for (const [i, mark] of marks.entries()) {
		const at = start + i
		codePoints[at] = mark.codePoint
		origins[at] = mark.isFirst ? places[taken++]! : origins[at - 1]!
	}
}
