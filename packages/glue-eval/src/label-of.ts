import { InvalidInputError } from "@winnow/tensor"
import { labelIndex } from "./label-index.ts"
import type { ClassificationTask, RegressionTask, Task } from "./task.ts"

/**
 * The label of one row: a class by its index or name, or a score.
 *
 * @param cell - text of a TSV file, or a value of a JSON line
 * @param where - file and row, for the message
 * @returns index in `task.labels`, or the score
 * @throws {InvalidInputError} when the cell is no label of the task, or -1, which stands for a hidden label
 */
export function labelOf(task: Task, cell: unknown, where: string): number {
	const label = typeof cell === "string" || typeof cell === "number" ? labelIn(task, String(cell).trim()) : undefined
	if (label !== undefined) return label
	const isHidden = cell !== "" && Number(cell) === -1
	const expected = isHidden ? "a visible one: use the dev or train split" : labelsOf(task)
	throw new InvalidInputError(where, "the label", expected, cell)
}

function labelIn(task: Task, text: string): number | undefined {
	return task.kind === "regression" ? scoreOf(task, text) : classOf(task, text)
}

function classOf({ labels }: ClassificationTask, text: string): number | undefined {
	const index = labels.findIndex((_, index) => String(index) === text)
	const found = index === -1 ? labelIndex(labels, text) : index
	return found === -1 ? undefined : found
}

function scoreOf({ range: [lowest, highest] }: RegressionTask, text: string): number | undefined {
	const score = text === "" ? Number.NaN : Number(text)
	return score >= lowest && score <= highest ? score : undefined
}

function labelsOf(task: Task): string {
	return task.kind === "regression"
		? `a number from ${task.range[0]} to ${task.range[1]}`
		: `one of ${task.labels.join(", ")}, or an index from 0 to ${task.labels.length - 1}`
}
