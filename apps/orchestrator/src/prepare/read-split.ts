import { type Examples, type ReadOptions, readExamples, type Task } from "@winnow/glue-eval"
import type { NotedRun } from "../noted-run.ts"

/** One split of a task's data; says how many broken rows were left out. */
export async function readSplit(
	task: Task,
	{ data, ...options }: ReadOptions & { readonly data: string },
	{ onNote }: NotedRun,
): Promise<Examples> {
	const read = await readExamples(task, data, options)
	if (read.skipped.length > 0) onNote?.(`${read.file}: ${read.skipped.length} broken rows are left out`)
	return read
}
