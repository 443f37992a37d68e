import type { NotedRun } from "../noted-run.ts"
import { type CutTexts, cutWords } from "../result/cut-texts.ts"

/** Counts which of the texts that were looked at were too long; a text that is looked at again counts once. */
export class CutCounter {
	readonly #length: number
	readonly #seen = new Map<string, Map<number, boolean>>()

	/** @param length - tokens that texts are cut to */
	constructor(length: number) {
		this.#length = length
	}

	count(file: string, row: number, isCut: boolean): void {
		const rows = this.#seen.get(file) ?? new Map<number, boolean>()
		this.#seen.set(file, rows.set(row, isCut))
	}

	texts(): CutTexts {
		const all = [...this.#seen.values()].flatMap((rows) => [...rows.values()])
		const count = all.filter((isCut) => isCut).length
		return { length: this.#length, texts: all.length, count, share: all.length === 0 ? 0 : count / all.length }
	}
}

/** Says so where more than a few texts were cut. */
export function noteCut(cut: CutTexts | undefined, { onNote }: Pick<NotedRun, "onNote">): void {
	const words = cutWords(cut)
	if (words !== undefined) onNote?.(`${words} (\`maxLength\`)`)
}
