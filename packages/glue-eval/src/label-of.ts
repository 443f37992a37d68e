import { excerpt, InvalidInputError } from "@winnow/tensor"
import { labelIndex } from "./label-index.ts"
import type { AnyTask, ClassificationTask, RegressionTask } from "./task.ts"

/**
 * The label of one row: a class by its name or index, or a score. Where names are numbers, a number is a name and no index.
 *
 * `1.0`, which tables make of whole numbers once one is missing, is 1; true and false are 1 and 0 of two labels that have other names.
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

function classOf(task: ClassificationTask, text: string): number | undefined {
	return namedClass(task, text) ?? (task.labels.length === 2 ? truthClass(task, text) : undefined)
}

function namedClass({ labels }: ClassificationTask, text: string): number | undefined {
	const named = labelIndex(labels, text)
	if (named !== -1) return named
	const whole = withoutZeros(text)
	const names = hasNumbers(labels)
		? labels.map((label) => withoutZeros(label.trim()))
		: labels.map((_, index) => `${index}`)
	const index = names.indexOf(whole)
	return index === -1 || names.indexOf(whole, index + 1) !== -1 ? undefined : index
}

const truths: readonly string[] = ["false", "true"]

function truthClass(task: ClassificationTask, text: string): number | undefined {
	const truth = truths.indexOf(text.toLowerCase())
	const isTruth = namedClass(task, "0") === 0 && namedClass(task, "1") === 1
	return truth !== -1 && isTruth ? truth : undefined
}

const withoutZeros = (text: string) => text.replace(/^(\d+)\.0*$/, "$1")

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
	const names = `one of ${excerpt(task.labels.join(", "))}`
	return hasNumbers(task.labels) ? names : `${names}, or an index from 0 to ${task.labels.length - 1}`
}
