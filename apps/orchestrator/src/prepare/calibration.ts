import { createHash } from "node:crypto"
import { drawIndices, parseSampleIndices } from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
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
	/** Whether there are fewer samples than were asked for, so that there is a rest. */
	readonly isCutShort: boolean
}

/** Fewer tell nothing of a model, all the less once some of them are kept back. */
const fewestRows = 16

/**
 * Rows of a file: those that another file lists, or so many drawn at random.
 *
 * @param keptBack - how many rows of so many must not be drawn
 * @throws {InvalidInputError} when the file has fewer than 16 rows to draw from
 */
export async function calibrationOf(
	{ file, inputs }: Inputs,
	o: Pick<ResolvedRecipe, "samples" | "seed" | "sampleIndices"> & Pick<Method, "replacement">,
	{ keptBack, onNote }: { readonly keptBack: (rows: number) => number } & Pick<NotedRun, "onNote">,
): Promise<Calibration> {
	const { chosen, rest } = await chosenFrom({ file, inputs }, o, keptBack)
	const samples = chosen.flatMap((input) => input.samples())
	const isCutShort = o.sampleIndices === undefined && chosen.length < o.samples
	if (isCutShort) onNote?.(`${file}: ${partition(chosen.length, rest.length)} (\`samples\`: ${o.samples})`)
	return { samples, rows: chosen.map(({ row }) => row), sha256: sha256Of(samples), rest, isCutShort }
}

function partition(chosen: number, rest: number): string {
	if (rest === 0) return `all ${chosen} rows are calibrated on`
	return `of ${chosen + rest} rows ${chosen} are calibrated on, and ${rest} are kept back to compare models on`
}

interface Choice {
	readonly chosen: readonly Input[]
	readonly rest: readonly Input[]
}

async function chosenFrom(
	{ file, inputs }: Inputs,
	o: Parameters<typeof calibrationOf>[1],
	keptBack: (rows: number) => number,
): Promise<Choice> {
	const { samples, seed, replacement, sampleIndices } = o
	if (sampleIndices !== undefined) return listed(inputs, sampleIndices)
	// Without replacement the first rows of a longer draw are those of a shorter one.
	const all = { seed, replacement: false }
	const order = Array.from(drawIndices(inputs.length, inputs.length, all), (index) => inputs[index]!)
	if (replacement) {
		const indices = drawIndices(inputs.length, samples, { seed, replacement })
		return without(
			order,
			Array.from(indices, (index) => inputs[index]!),
		)
	}
	if (inputs.length < fewestRows) {
		throw new InvalidInputError(file, "rows to draw from", `at least ${fewestRows}`, inputs.length)
	}
	const count = Math.min(samples, inputs.length - keptBack(inputs.length))
	return { chosen: order.slice(0, count), rest: order.slice(count) }
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
