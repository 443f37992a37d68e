import { createHash } from "node:crypto"
import { drawIndices, type Example, parseSampleIndices } from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { Preset } from "../presets/preset.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import type { Subject } from "./open-subject.ts"
import { readSplit } from "./read-split.ts"
import { readText } from "./read-text.ts"

/** The training rows that pruning looks at. */
export interface Calibration {
	readonly samples: readonly Sample[]
	/** Their rows in the file, in the order used; a header is not counted. */
	readonly rows: readonly number[]
	/** Of the samples as the model sees them: token ids, segments, targets. */
	readonly sha256: string
}

/** Rows of the train split: those that a file lists, or so many drawn at random. */
export async function calibrationOf(
	subject: Pick<Subject, "task" | "samplesOf">,
	recipe: Pick<ResolvedRecipe, "data" | "samples" | "seed" | "sampleIndices">,
	{ replacement, ...run }: Pick<Preset, "replacement"> & NotedRun,
): Promise<Calibration> {
	const { file, examples } = await readSplit(subject.task, { data: recipe.data, split: "train" }, run)
	const chosen =
		recipe.sampleIndices === undefined
			? drawn(examples, file, { ...recipe, replacement })
			: await listed(examples, recipe.sampleIndices)
	const samples = subject.samplesOf(chosen, file)
	return { samples, rows: chosen.map(({ row }) => row), sha256: sha256Of(samples) }
}

function drawn(
	examples: readonly Example[],
	file: string,
	{ samples, seed, replacement }: { samples: number; seed: number; replacement: boolean },
): readonly Example[] {
	if (samples > examples.length) {
		throw new InvalidInputError(file, "samples", `at most ${examples.length}, the rows of the file`, samples)
	}
	return Array.from(drawIndices(examples.length, samples, { seed, replacement }), (index) => examples[index]!)
}

async function listed(examples: readonly Example[], path: string): Promise<readonly Example[]> {
	const byRow = new Map(examples.map((example) => [example.row, example]))
	const rows = parseSampleIndices(await readText(path), examples.at(-1)!.row + 1, path)
	return Array.from(rows, (row) => {
		const example = byRow.get(row)
		if (example === undefined) throw new InvalidInputError(path, "every row", "readable", `${row}, a broken row`)
		return example
	})
}

function sha256Of(samples: readonly Sample[]): string {
	const hash = createHash("sha256")
	for (const { ids, segments = new Uint8Array(ids.length), target } of samples) {
		hash.update(Uint32Array.of(ids.length)).update(ids).update(segments)
		hash.update(Float64Array.from([target ?? []].flat()))
	}
	return hash.digest("hex")
}
