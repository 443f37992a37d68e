import { access } from "node:fs/promises"
import { join } from "node:path"
import {
	type CheckedFiles,
	cardFile,
	checkFiles,
	checksumFile,
	type Format,
	type FormScoring,
	formatFiles,
	formats,
	type JudgedForm,
	judgeForms,
} from "@winnow/export"
import type { Score } from "@winnow/glue-eval"
import { InvalidInputError } from "@winnow/tensor"
import type { NotedRun } from "./noted-run.ts"
import { noteCut } from "./prepare/cut-counter.ts"
import { type HubSource, locateData } from "./prepare/locate.ts"
import { type OpenModel, openModel } from "./prepare/open-model.ts"
import { openTaskSubject } from "./prepare/open-subject.ts"
import type { ScoredSet } from "./prepare/task-data.ts"
import { refuseWrongCall } from "./request/refuse-wrong-call.ts"
import { resolveVerification, type VerificationRequest } from "./request/verification-request.ts"
import { finiteScore } from "./result/finite-score.ts"
import type { Verification } from "./result/verification.ts"

/**
 * Verifies a folder that `prune` or `export` wrote: every file is the one that was written, and every ONNX file computes what the
 * safetensors do. With a task it also scores all of them.
 *
 * The model card is yours to edit, and files may be added: that is told, and nothing is wrong with it.
 *
 * @returns with `failures` where something is wrong with the folder
 * @throws {InvalidInputError | UnsupportedError} when it cannot be told; `signal.reason` within one batch of an abort
 * @example
 * const { failures } = await verify({ folder: "out/sst2", task: "sst2", data: "SST-2" })
 */
export async function verify(request: VerificationRequest, run: NotedRun = {}): Promise<Verification> {
	refuseWrongCall("verify", request, run)
	run.signal?.throwIfAborted()
	const { folder, threads, task, data, split, ...columns } = resolveVerification(request)
	const changes = await checkFiles(folder)
	const checked = checkedOf(folder, changes)
	// What was changed is not run.
	if (checked.weights === "changed") return { ...checked, forms: [] }
	const options = { runtime: "onnx" as const, threads, ...run }
	const place = { folder, threads, formats: await formatsAsWritten(folder, changes), ...run }
	if (task === undefined) {
		const open = await openModel(folder, options)
		return closing(open, async () => withForms(checked, await judgeForms(folder, open.encoder, place)))
	}
	const { folder: at, files, hub } = await locateData(data!, { task, splits: [split] }, run)
	const subject = await openTaskSubject(folder, { ...options, choice: { ...columns, task, files } })
	return closing(subject, async () => {
		const set = await subject.task.scoredSplit({ data: at, split }, run)
		const [cut, fileSplit] = [subject.task.cut(), subject.task.fileSplit()]
		noteCut(cut, run)
		const about = { task, split, ...(fileSplit && { fileSplit }), ...(cut && { cut }), samples: set.size }
		const scoring = await scoringOf(set, subject, run)
		const forms = withForms(checked, await judgeForms(folder, subject.encoder, { ...place, scoring }))
		return { ...forms, ...about, ...dataOf(hub), safetensors: finiteScore(scoring.own) }
	})
}

type Checked = Omit<Verification, "forms">

function checkedOf(folder: string, changes: CheckedFiles): Checked {
	const { count, changed, missing, added } = changes
	const unlisted = added.filter((path) => mustBeListed.includes(path) || isOfForm(path))
	const failures = [
		...changed.map((path) => ({ path, expected: "as it was written", actual: "changed" })),
		...missing.map((path) => ({ path, expected: "there", actual: "missing" })),
		...unlisted.map((path) => ({ path, expected: `listed in ${checksumFile}`, actual: "not" })),
	]
	return {
		schema: "winnow-verification/1",
		files: count,
		changed: [...changed],
		missing: [...missing],
		added: [...added],
		weights: [...changed, ...missing, ...unlisted].some(isOfModel) ? "changed" : "as written",
		failures: failures
			.filter(({ path }) => path !== cardFile)
			.sort((one, other) => (one.path < other.path ? -1 : 1))
			.map(
				({ path, expected, actual }) => new InvalidInputError(join(folder, path), "the file", expected, actual).message,
			),
	}
}

/** What lies beside a model: none of it changes what the model computes. */
const beside = [cardFile, checksumFile, "winnow.json", "curves.json", "gradients.safetensors", "latency.json"]

/** Without which no model is loaded: added by somebody else, they are not the ones that were written. */
const mustBeListed = ["model.safetensors", "config.json", "modeling_winnow.py"]

/** Weights, configuration, tokenizer, classes: what computes, but for the ONNX files. */
const isOfModel = (path: string) => !beside.includes(path) && !isOfForm(path)

const isOfForm = (path: string, format?: Format) =>
	(format === undefined ? formats : [format]).some((each) =>
		[formatFiles[each], `${formatFiles[each]}_data`].includes(path),
	)

function withForms(checked: Checked, judged: readonly JudgedForm<Score>[]): Verification {
	return {
		...checked,
		forms: judged.map(({ form, score }) => ({ ...form, ...(score && finiteScore(score)) })),
		failures: [...checked.failures, ...judged.flatMap(({ failure }) => failure?.message ?? [])],
	}
}

async function closing<Result>(open: OpenModel, work: () => Promise<Result>): Promise<Result> {
	try {
		return await work()
	} finally {
		await open.close()
	}
}

const dataOf = (hub: HubSource | undefined) => (hub ? { data: { source: hub.id, revision: hub.commit } } : {})

async function scoringOf(set: ScoredSet, { encoder }: OpenModel, run: NotedRun): Promise<FormScoring<Score>> {
	return { own: await set.score(encoder, run), size: set.size, score: (model, run) => set.score(model, run) }
}

async function formatsAsWritten(folder: string, { changed, missing, added }: CheckedFiles): Promise<readonly Format[]> {
	const there = await Promise.all(
		formats.map((format) =>
			access(join(folder, formatFiles[format])).then(
				() => true,
				() => false,
			),
		),
	)
	const isAsWritten = (format: Format) => ![...changed, ...missing, ...added].some((path) => isOfForm(path, format))
	return formats.filter((format, index) => there[index] && isAsWritten(format))
}
