import { InvalidInputError } from "@winnow/tensor"
import { drawIndices } from "./draw-indices.ts"
import { type Examples, readLabelled } from "./read-examples.ts"
import type { AnyTask } from "./task.ts"

/** Parts of a file that is all there is, in the order in which they are drawn. */
export const fileParts = ["train", "dev", "test"] as const

export type FilePart = (typeof fileParts)[number]

/** Fewer rows make no parts to speak of. */
const fewestRows = 10

/**
 * Reads one file with labels and splits its rows at random, as the seed says: 80 % to train, 10 % dev, 10 % test, each in the file's order.
 *
 * @param o.seed - a natural number; the same one gives the same parts, on every machine
 * @throws {InvalidInputError} when there are fewer than 10 rows, or what `readExamples` throws
 * @example
 * const { train, dev, test } = await readParts(task, "reviews.csv", { seed: 0 })
 */
export async function readParts(
	task: AnyTask,
	file: string,
	{ seed }: { readonly seed: number },
): Promise<Readonly<Record<FilePart, Examples>>> {
	const { examples, ...rest } = await readLabelled(task, file)
	if (examples.length < fewestRows) {
		const expected = `at least ${fewestRows}, as one file is split into train, dev and test`
		throw new InvalidInputError(file, "rows of data", expected, examples.length)
	}
	const order = drawIndices(examples.length, examples.length, { seed })
	const tenth = Math.floor(examples.length / 10)
	const middle = examples.length - 2 * tenth
	const part = (start: number, end: number): Examples => {
		const chosen = order.slice(start, end).sort()
		return { ...rest, examples: Array.from(chosen, (index) => examples[index]!) }
	}
	return { train: part(0, middle), dev: part(middle, middle + tenth), test: part(middle + tenth, examples.length) }
}
