import { createHash } from "node:crypto"
import { drawIndices, type Example, type Examples, parseSampleIndices } from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { Method } from "../presets/method.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import type { Subject } from "./open-subject.ts"
import { readText } from "./read-text.ts"

/** The rows that pruning looks at. */
export interface Calibration {
	readonly samples: readonly Sample[]
	/** Their rows in the file, in the order used; a header is not counted. */
	readonly rows: readonly number[]
	/** Of the samples as the model sees them: token ids, segments, targets. */
	readonly sha256: string
	/** The other rows of the file: those drawn next where rows were drawn, else in the file's order. */
	readonly rest: readonly Example[]
}

/** Rows of a file: those that another file lists, or so many drawn at random. */
export async function calibrationOf(
	{ samplesOf }: Pick<Subject, "samplesOf">,
	{ file, examples }: Examples,
	o: Pick<ResolvedRecipe, "samples" | "seed" | "sampleIndices"> & Pick<Method, "replacement">,
): Promise<Calibration> {
	const { sampleIndices } = o
	const order = sampleIndices === undefined ? drawn(examples, file, o) : await listed(examples, sampleIndices)
	const { chosen, rest } = order
	const samples = samplesOf(chosen, file)
	return { samples, rows: chosen.map(({ row }) => row), sha256: sha256Of(samples), rest }
}

interface Choice {
	readonly chosen: readonly Example[]
	readonly rest: readonly Example[]
}

function drawn(
	examples: readonly Example[],
	file: string,
	{ samples, seed, replacement }: { samples: number; seed: number; replacement: boolean },
): Choice {
	if (samples > examples.length) {
		throw new InvalidInputError(file, "samples", `at most ${examples.length}, the rows of the file`, samples)
	}
	const all = { seed, replacement: false }
	// Without replacement the first rows of a longer draw are those of a shorter one.
	const order = Array.from(drawIndices(examples.length, examples.length, all), (index) => examples[index]!)
	if (!replacement) return { chosen: order.slice(0, samples), rest: order.slice(samples) }
	const indices = drawIndices(examples.length, samples, { seed, replacement })
	return without(
		order,
		Array.from(indices, (index) => examples[index]!),
	)
}

async function listed(examples: readonly Example[], path: string): Promise<Choice> {
	const byRow = new Map(examples.map((example) => [example.row, example]))
	const rows = parseSampleIndices(await readText(path), examples.at(-1)!.row + 1, path)
	const chosen = Array.from(rows, (row) => {
		const example = byRow.get(row)
		if (example === undefined) throw new InvalidInputError(path, "every row", "readable", `${row}, a broken row`)
		return example
	})
	return without(examples, chosen)
}

function without(examples: readonly Example[], chosen: readonly Example[]): Choice {
	const taken = new Set(chosen)
	return { chosen, rest: examples.filter((example) => !taken.has(example)) }
}

function sha256Of(samples: readonly Sample[]): string {
	const hash = createHash("sha256")
	for (const { ids, segments = new Uint8Array(ids.length), target } of samples) {
		hash.update(Uint32Array.of(ids.length)).update(ids).update(segments)
		hash.update(Float64Array.from([target ?? []].flat()))
	}
	return hash.digest("hex")
}
