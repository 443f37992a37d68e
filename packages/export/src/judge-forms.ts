import { rm, rmdir } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { TransformerEncoder } from "@winnow/encoder"
import { InvalidInputError, type Run } from "@winnow/tensor"
import { type CompareOptions, compareForms, type FormDifference, failureOf } from "./compare-forms.ts"
import { openServedModel, type ServedModel } from "./served-model.ts"
import { forgetExternalData } from "./write-model.ts"

/** What scores a model on labelled inputs: a task's. */
export interface FormScoring<Score extends { readonly main: number }> {
	/** Of the safetensors. */
	readonly own: Score
	/** How many inputs there are. */
	readonly size: number
	score(model: ServedModel, run: Run): Promise<Score>
}

/** A form, what is known of it, and whether it is sound. */
export interface JudgedForm<Score> {
	readonly form: FormDifference
	/** Where there is a task, and the logits are sound. */
	readonly score: Score | undefined
	/** Why it is not sound; undefined for a sound one. */
	readonly failure: InvalidInputError | undefined
}

/** Of the main metric, 0 to 1: how many points the score of a form may be from that of the safetensors. One input may always differ. */
const mostPoints = 0.5

/**
 * Tells of every ONNX file of a folder whether it is sound: its logits on random token sequences are within what is allowed of the safetensors'
 * (`compareForms`), and, where there is a task, its score is within 0.5 points, or one input where there are fewer than 200.
 *
 * This is the one rule: by it `prune` and `export` leave forms out, and `verify` calls them unsound.
 *
 * @throws {UnsupportedError} when onnxruntime-node has no binary for this platform; `signal.reason` within one batch of an abort
 * @example
 * const judged = await judgeForms("out/sst2", encoder, { formats })
 * for (const { failure } of judged) if (failure) console.log(failure.message)
 */
export async function judgeForms<Score extends { readonly main: number }>(
	folder: string,
	encoder: Pick<TransformerEncoder, "architecture" | "logits">,
	{ scoring, ...options }: CompareOptions & { readonly scoring?: FormScoring<Score> | undefined },
): Promise<readonly JudgedForm<Score>[]> {
	const judged: JudgedForm<Score>[] = []
	for (const form of await compareForms(folder, encoder, options)) {
		const apart = failureOf(form, folder)
		if (scoring === undefined || apart !== undefined) judged.push({ form, score: undefined, failure: apart })
		else {
			const score = await scored(join(folder, form.file), scoring, options)
			judged.push({ form, score, failure: scoreFailureOf(join(folder, form.file), score, scoring) })
		}
	}
	return judged
}

async function scored<Score extends { readonly main: number }>(
	path: string,
	{ score }: FormScoring<Score>,
	{ threads, signal, onProgress }: CompareOptions,
): Promise<Score> {
	const model = await openServedModel(path, { threads })
	const watched = onProgress && { onProgress: (each: Progress) => onProgress({ ...each, stage: "verification" }) }
	return score(model, { ...(signal && { signal }), ...watched }).finally(() => model.close())
}

type Progress = Parameters<NonNullable<Run["onProgress"]>>[0]

/** Scores that are undefined for both (the correlation of a constant) are alike. */
function scoreFailureOf(
	where: string,
	{ main }: { readonly main: number },
	{ own, size }: Pick<FormScoring<{ readonly main: number }>, "own" | "size">,
): InvalidInputError | undefined {
	const most = Math.max(mostPoints, 100 / size)
	const isAlike = 100 * Math.abs(main - own.main) <= most + 1e-9 || (Number.isNaN(main) && Number.isNaN(own.main))
	if (isAlike) return undefined
	const expected = `within ${Number(most.toFixed(2))} points of ${own.main.toFixed(4)}, the safetensors'`
	return new InvalidInputError(where, "the score", expected, main.toFixed(4))
}

/** Deletes a form, the folder it lay in where nothing else does, and what config.json says of weights beside it. */
export async function deleteForm(folder: string, { file }: Pick<FormDifference, "file">): Promise<void> {
	const path = join(folder, file)
	for (const each of [path, `${path}_data`]) await rm(each, { force: true })
	await forgetExternalData(folder, basename(file))
	await rmdir(dirname(path)).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error
	})
}
