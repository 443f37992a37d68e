import { InvalidInputError } from "@winnow/tensor"
import { labelIndex } from "./label-index.ts"
import type { AnyTask, ClassificationTask, RegressionTask } from "./task.ts"

/**
 * The label of one row: a class by its name or index, or a score. Where names are numbers, a number is a name and no index.
 *
 * @param cell - text of a TSV or CSV file, or a value of a JSON line or of Parquet
 * @param where - file and row, for the message
 * @returns index in `task.labels`, or the score
 * @throws {InvalidInputError} when the cell is no label of the task, or -1, which stands for a hidden label
 */
export function labelOf(task: AnyTask, cell: unknown, where: string): number {
	const isScalar = ["string", "number", "bigint", "boolean"].includes(typeof cell)
	const label = isScalar ? labelIn(task, String(cell).trim()) : undefined
	if (label !== undefined) return label
	const isHidden = cell !== "" && Number(cell) === -1
	const expected = isHidden ? "a visible one: use the dev or train split" : labelsOf(task)
	throw new InvalidInputError(where, "the label", expected, cell)
}

function labelIn(task: AnyTask, text: string): number | undefined {
	return task.kind === "regression" ? scoreOf(task, text) : classOf(task, text)
}

function classOf({ labels }: ClassificationTask, text: string): number | undefined {
	const named = labelIndex(labels, text)
	if (named !== -1) return named
	const index = hasNumbers(labels) ? -1 : labels.findIndex((_, index) => String(index) === text)
	return index === -1 ? undefined : index
}

function scoreOf({ range: [lowest, highest] }: RegressionTask, text: string): number | undefined {
	const score = decimal.test(text) ? Number(text) : Number.NaN
	return Number.isFinite(score) && score >= lowest && score <= highest ? score : undefined
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function hasNumbers(labels: readonly string[]): boolean {
	return labels.some((label) => decimal.test(label))
}

function labelsOf(task: AnyTask): string {
	if (task.kind === "regression") {
		return task.range.every(Number.isFinite) ? `a number from ${task.range[0]} to ${task.range[1]}` : "a finite number"
	}
	const names = `one of ${task.labels.join(", ")}`
	return hasNumbers(task.labels) ? names : `${names}, or an index from 0 to ${task.labels.length - 1}`
}
