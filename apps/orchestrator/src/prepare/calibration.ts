import { createHash } from "node:crypto"
import { drawIndices, parseSampleIndices } from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { Method } from "../presets/method.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { readText } from "./read-text.ts"
import type { Input, Inputs } from "./task-data.ts"

/** The inputs that pruning looks at. */
export interface Calibration {
	/** One an input, or several where an input does not fit into one. */
	readonly samples: readonly Sample[]
	/** Rows of the inputs in the file, in the order used; a header is not counted. */
	readonly rows: readonly number[]
	/** Of the samples as the model sees them: token ids, segments, targets. */
	readonly sha256: string
	/** The other inputs of the file: those drawn next where they were drawn, else in the file's order. */
	readonly rest: readonly Input[]
}

/** Rows of a file: those that another file lists, or so many drawn at random. */
export async function calibrationOf(
	{ file, inputs }: Inputs,
	o: Pick<ResolvedRecipe, "samples" | "seed" | "sampleIndices"> & Pick<Method, "replacement">,
): Promise<Calibration> {
	const { sampleIndices } = o
	const { chosen, rest } = sampleIndices === undefined ? drawn(inputs, file, o) : await listed(inputs, sampleIndices)
	const samples = chosen.flatMap((input) => input.samples())
	return { samples, rows: chosen.map(({ row }) => row), sha256: sha256Of(samples), rest }
}

interface Choice {
	readonly chosen: readonly Input[]
	readonly rest: readonly Input[]
}

function drawn(
	inputs: readonly Input[],
	file: string,
	{ samples, seed, replacement }: { samples: number; seed: number; replacement: boolean },
): Choice {
	if (samples > inputs.length) {
		throw new InvalidInputError(file, "samples", `at most ${inputs.length}, the rows of the file`, samples)
	}
	const all = { seed, replacement: false }
	// Without replacement the first rows of a longer draw are those of a shorter one.
	const order = Array.from(drawIndices(inputs.length, inputs.length, all), (index) => inputs[index]!)
	if (!replacement) return { chosen: order.slice(0, samples), rest: order.slice(samples) }
	const indices = drawIndices(inputs.length, samples, { seed, replacement })
	return without(
		order,
		Array.from(indices, (index) => inputs[index]!),
	)
}

async function listed(inputs: readonly Input[], path: string): Promise<Choice> {
	const byRow = new Map(inputs.map((input) => [input.row, input]))
	const rows = parseSampleIndices(await readText(path), inputs.at(-1)!.row + 1, path)
	const chosen = Array.from(rows, (row) => {
		const input = byRow.get(row)
		if (input === undefined) throw new InvalidInputError(path, "every row", "readable", `${row}, a broken row`)
		return input
	})
	return without(inputs, chosen)
}

function without(inputs: readonly Input[], chosen: readonly Input[]): Choice {
	const taken = new Set(chosen)
	return { chosen, rest: inputs.filter((input) => !taken.has(input)) }
}

function sha256Of(samples: readonly Sample[]): string {
	const hash = createHash("sha256")
	for (const { ids, segments = new Uint8Array(ids.length), target } of samples) {
		hash.update(Uint32Array.of(ids.length)).update(ids).update(segments)
		hash.update(Float64Array.from([target ?? []].flat()))
	}
	return hash.digest("hex")
}
