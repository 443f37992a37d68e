import { access } from "node:fs/promises"
import { join } from "node:path"
import {
	checkFiles,
	compareForms,
	type Format,
	type FormDifference,
	failureOf,
	formatFiles,
	formats,
	openServedModel,
} from "@winnow/export"
import type { Score } from "@winnow/glue-eval"
import { InvalidInputError } from "@winnow/tensor"
import type { NotedRun } from "./noted-run.ts"
import { type HubSource, locateData } from "./prepare/locate.ts"
import { type OpenModel, openModel } from "./prepare/open-model.ts"
import { openTaskSubject } from "./prepare/open-subject.ts"
import type { ScoredSet } from "./prepare/task-data.ts"
import { resolveVerification, type VerificationRequest } from "./request/verification-request.ts"
import { finiteScore } from "./result/finite-score.ts"
import type { Verification } from "./result/verification.ts"

/** Of the main metric: how far the score of a form may be from that of the safetensors. */
const mostPoints = 0.5

/**
 * Verifies a folder that `prune` or `export` wrote: every file is the one that was written, and every ONNX file computes what the
 * safetensors do. With a task it also scores all of them.
 *
 * @returns with `failures` where something is wrong with the folder
 * @throws {InvalidInputError | UnsupportedError} when it cannot be told; `signal.reason` within one batch of an abort
 * @example
 * const { failures } = await verify({ folder: "out/sst2", task: "sst2", data: "SST-2" })
 */
export async function verify(request: VerificationRequest, run: NotedRun = {}): Promise<Verification> {
	run.signal?.throwIfAborted()
	const { folder, threads, task, data, split, ...columns } = resolveVerification(request)
	const { count, failures } = await checkFiles(folder)
	const checked = { schema: "winnow-verification/1" as const, files: count }
	if (failures.length > 0) return { ...checked, forms: [], failures: [...failures] }
	const options = { runtime: "onnx" as const, threads, ...run }
	if (task === undefined) {
		const open = await openModel(folder, options)
		return closing(open, async () => ({ ...checked, ...(await compared(open, { folder, threads, ...run })) }))
	}
	const { folder: place, files, hub } = await locateData(data!, { task, splits: [split] }, run)
	const subject = await openTaskSubject(folder, { ...options, choice: { ...columns, task, files } })
	return closing(subject, async () => {
		const outcome = await compared(subject, { folder, threads, ...run })
		if (outcome.failures.length > 0) return { ...checked, ...outcome }
		const set = await subject.task.scoredSplit({ data: place, split }, run)
		const scores = await scored(set, subject, { folder, threads, forms: outcome.forms, ...run })
		return { ...checked, task, split, samples: set.size, ...dataOf(hub), ...scores }
	})
}

async function closing<Result>(open: OpenModel, work: () => Promise<Result>): Promise<Result> {
	try {
		return await work()
	} finally {
		await open.close()
	}
}

const dataOf = (hub: HubSource | undefined) => (hub ? { data: { source: hub.id, revision: hub.commit } } : {})

interface Place extends NotedRun {
	readonly folder: string
	readonly threads: number | undefined
}

async function compared({ encoder }: OpenModel, { folder, threads, ...run }: Place) {
	const forms = await compareForms(folder, encoder, { formats: await formatsIn(folder), threads, ...run })
	const failures = forms.flatMap((form) => failureOf(form, folder) ?? [])
	return { forms: [...forms], failures: failures.map(({ message }) => message) }
}

async function formatsIn(folder: string): Promise<readonly Format[]> {
	const there = await Promise.all(
		formats.map((format) =>
			access(join(folder, formatFiles[format])).then(
				() => true,
				() => false,
			),
		),
	)
	return formats.filter((_, index) => there[index])
}

async function scored(
	set: ScoredSet,
	{ encoder }: OpenModel,
	{ folder, threads, forms, ...run }: Place & { readonly forms: readonly FormDifference[] },
): Promise<Pick<Verification, "safetensors" | "forms" | "failures">> {
	const own = await set.score(encoder, run)
	const failures: string[] = []
	const withScores: Verification["forms"] = []
	for (const form of forms) {
		const model = await openServedModel(join(folder, form.file), { threads })
		const score = await set.score(model, run).finally(() => model.close())
		withScores.push({ ...form, ...finiteScore(score) })
		const failure = scoreFailure(join(folder, form.file), own, score)
		if (failure !== undefined) failures.push(failure)
	}
	return { safetensors: finiteScore(own), forms: withScores, failures }
}

/** Scores that are undefined for both (the correlation of a constant) are alike. */
function scoreFailure(where: string, own: Score, { main }: Score): string | undefined {
	const apart = 100 * Math.abs(main - own.main)
	const isAlike = apart <= mostPoints + 1e-9 || (Number.isNaN(main) && Number.isNaN(own.main))
	if (isAlike) return undefined
	const expected = `within ${mostPoints} points of ${own.main.toFixed(4)}, the safetensors'`
	return new InvalidInputError(where, "the score", expected, main.toFixed(4)).message
}
