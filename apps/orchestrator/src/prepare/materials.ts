import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { Method } from "../presets/method.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { type Calibration, calibrationOf } from "./calibration.ts"
import type { TaskSubject, TextSubject } from "./open-subject.ts"
import type { Input, Inputs, ScoredSet } from "./task-data.ts"

/** The text on which the logits of dense and pruned model are compared; labels are not looked at. */
export interface GuideSamples {
	readonly samples: readonly Sample[]
	/** `test` split; `rest` of the rows that the calibration sample was taken from; or the `calibration` sample itself. */
	readonly source: "test" | "rest" | "calibration"
}

/** All that a run reads. */
export interface Materials {
	readonly calibration: Calibration
	readonly guide: GuideSamples
	/** To report scores on; undefined without a task. */
	readonly dev: ScoredSet | undefined
	/** Labelled training rows that are not calibrated on, where `maxDrop` asks for them. */
	readonly heldOut: ScoredSet | undefined
}

/** Enough text to see a difference of a few percent, little enough to take seconds. */
const mostGuideSamples = 700

type Options = ResolvedRecipe & Pick<Method, "replacement">

export async function taskMaterials({ task }: TaskSubject, recipe: Options, run: NotedRun): Promise<Materials> {
	const { data } = recipe
	const dev = await task.scoredSplit({ data, split: "dev" }, run)
	const train = await task.read({ data, split: "train" }, run)
	const calibration = await calibrationOf(train, recipe)
	const unlabelled = { data, split: "test", labels: "none" } as const
	const test = (await task.has(unlabelled)) ? await task.read(unlabelled, run) : undefined
	const guide = guideSamples({ test, calibration })
	const heldOut = recipe.maxDrop === undefined ? undefined : task.scored(heldOutInputs(train, calibration))
	return { calibration, guide, dev, heldOut }
}

export async function textMaterials(subject: TextSubject, recipe: Options): Promise<Materials> {
	const calibration = await calibrationOf(await subject.read(recipe.data, recipe.textColumns!), recipe)
	return { calibration, guide: guideSamples({ calibration }), dev: undefined, heldOut: undefined }
}

function guideSamples(o: { readonly test?: Inputs | undefined; readonly calibration: Calibration }): GuideSamples {
	const { test, calibration } = o
	const some = (inputs: readonly Input[]) =>
		inputs
			.slice(0, mostGuideSamples)
			.flatMap((input) => input.samples())
			.slice(0, mostGuideSamples)
	if (test !== undefined) return { samples: some(test.inputs), source: "test" }
	if (calibration.rest.length > 0) return { samples: some(calibration.rest), source: "rest" }
	return { samples: calibration.samples.slice(0, mostGuideSamples), source: "calibration" }
}

/** As many as were calibrated on. */
function heldOutInputs({ file }: Inputs, { rows, rest }: Calibration): readonly Input[] {
	if (rest.length > 0) return rest.slice(0, rows.length)
	const expected = "used with fewer samples than rows: it needs rows to score on"
	throw new InvalidInputError(file, "maxDrop", expected, "all rows")
}
