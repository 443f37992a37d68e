import { type Example, type Examples, hasSplit, readTexts } from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { NotedRun } from "../noted-run.ts"
import type { Method } from "../presets/method.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { type Calibration, calibrationOf } from "./calibration.ts"
import type { Subject, TaskSubject, TextSubject } from "./open-subject.ts"
import { readSplit } from "./read-split.ts"

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
	/** To report scores on; empty without a task. */
	readonly dev: readonly Sample[]
	/** Labelled training rows that are not calibrated on, where `maxDrop` asks for them. */
	readonly heldOut: readonly Sample[]
}

/** Enough text to see a difference of a few percent, little enough to take seconds. */
const mostGuideSamples = 700

type Options = ResolvedRecipe & Pick<Method, "replacement">

export async function taskMaterials(subject: TaskSubject, recipe: Options, run: NotedRun): Promise<Materials> {
	const { data } = recipe
	const { task } = subject
	const { file, examples } = await readSplit(task, { data, split: "dev" }, run)
	const dev = subject.samplesOf(examples, file)
	const train = await readSplit(task, { data, split: "train" }, run)
	const calibration = await calibrationOf(subject, train, recipe)
	const test = (await hasSplit(task, data, "test"))
		? await readSplit(task, { data, split: "test", labels: "none" }, run)
		: undefined
	const guide = guideSamples(subject, { test, train, calibration })
	const heldOut = recipe.maxDrop === undefined ? [] : heldOutSamples(subject, train.file, calibration)
	return { calibration, guide, dev, heldOut }
}

export async function textMaterials(subject: TextSubject, recipe: Options): Promise<Materials> {
	const train = await readTexts(recipe.data, recipe.textColumns!)
	const calibration = await calibrationOf(subject, train, recipe)
	return { calibration, guide: guideSamples(subject, { train, calibration }), dev: [], heldOut: [] }
}

function guideSamples(
	{ samplesOf }: Subject,
	{ test, train, calibration }: { test?: Examples | undefined; train: Examples; calibration: Calibration },
): GuideSamples {
	const some = (examples: readonly Example[], file: string) => samplesOf(examples.slice(0, mostGuideSamples), file)
	if (test !== undefined) return { samples: some(test.examples, test.file), source: "test" }
	if (calibration.rest.length > 0) return { samples: some(calibration.rest, train.file), source: "rest" }
	return { samples: calibration.samples.slice(0, mostGuideSamples), source: "calibration" }
}

/** As many as there are calibration samples. */
function heldOutSamples({ samplesOf }: Subject, file: string, { samples, rest }: Calibration): readonly Sample[] {
	if (rest.length === 0) {
		throw new InvalidInputError(
			file,
			"maxDrop",
			"used with fewer samples than rows: it needs rows to score on",
			"all rows",
		)
	}
	return samplesOf(rest.slice(0, samples.length), file)
}
