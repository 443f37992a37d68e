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
	/**
	 * `test` split; `rest` of the rows that the calibration sample was drawn from; or those of them that were `held-back` because there are
	 * fewer than were asked for.
	 */
	readonly source: "test" | "rest" | "held-back"
}

/** All that a run reads. */
export interface Materials {
	readonly calibration: Calibration
	/** Undefined where every row was calibrated on: what is fitted to a text is no judge of itself. */
	readonly guide: GuideSamples | undefined
	/** To report scores on; undefined without a task. */
	readonly dev: ScoredSet | undefined
	/** Labelled training rows that are not calibrated on, where `maxDrop` asks for them. */
	readonly heldOut: ScoredSet | undefined
}

/** Enough text to see a difference of a few percent, little enough to take seconds. */
const mostGuideSamples = 700

/** Rows that `maxDrop` judges on: on fewer, a point is two answers or less. */
const fewestToJudge = 200

type Options = ResolvedRecipe & Pick<Method, "replacement">

export async function taskMaterials({ task }: TaskSubject, recipe: Options, run: NotedRun): Promise<Materials> {
	const { data } = recipe
	const dev = await task.scoredSplit({ data, split: "dev" }, run)
	const train = await task.read({ data, split: "train" }, run)
	const unlabelled = { data, split: "test", labels: "none" } as const
	const test = (await task.has(unlabelled)) ? await task.read(unlabelled, run) : undefined
	const keptBack = (rows: number) => rowsKeptBack(rows, { ...recipe, hasTest: test !== undefined })
	const calibration = await calibrationOf(train, recipe, { keptBack, ...run })
	const guide = guideSamples({ test, calibration })
	const heldOut = recipe.maxDrop === undefined ? undefined : task.scored(heldOutInputs(train, calibration, recipe))
	return { calibration, guide, dev, heldOut }
}

export async function textMaterials(subject: TextSubject, recipe: Options, run: NotedRun): Promise<Materials> {
	const keptBack = (rows: number) => rowsKeptBack(rows, { hasTest: false })
	const inputs = await subject.read(recipe.data, recipe.textColumns!)
	const calibration = await calibrationOf(inputs, recipe, { keptBack, ...run })
	return { calibration, guide: guideSamples({ calibration }), dev: undefined, heldOut: undefined }
}

/**
 * How many of a file's rows are not calibrated on: an eighth, at least 8, where models are compared on them; and what `maxDrop` needs,
 * at most half of the rows.
 */
function rowsKeptBack(
	rows: number,
	{ hasTest, maxDrop }: { readonly hasTest: boolean; readonly maxDrop?: number | undefined },
): number {
	if (hasTest && maxDrop === undefined) return 0
	const judged = maxDrop === undefined ? 0 : Math.min(fewestToJudge, Math.floor(rows / 2))
	return Math.max(8, Math.ceil(rows / 8), judged)
}

function guideSamples(o: {
	readonly test?: Inputs | undefined
	readonly calibration: Calibration
}): GuideSamples | undefined {
	const { test, calibration } = o
	const some = (inputs: readonly Input[]) =>
		inputs
			.slice(0, mostGuideSamples)
			.flatMap((input) => input.samples())
			.slice(0, mostGuideSamples)
	if (test !== undefined) return { samples: some(test.inputs), source: "test" }
	const { rest, isCutShort } = calibration
	return rest.length === 0 ? undefined : { samples: some(rest), source: isCutShort ? "held-back" : "rest" }
}

/** As many as were calibrated on, and not fewer than can be judged on. */
function heldOutInputs(
	{ file }: Inputs,
	{ rows, rest }: Calibration,
	{ fewRows = false }: Pick<Options, "fewRows">,
): readonly Input[] {
	const expected = fewRows ? "at least 1" : `at least ${fewestToJudge}, or \`fewRows\` given`
	if (rest.length < (fewRows ? 1 : fewestToJudge)) {
		throw new InvalidInputError(file, "rows that `maxDrop` can judge on", expected, rest.length)
	}
	return rest.slice(0, Math.max(rows.length, fewestToJudge))
}
