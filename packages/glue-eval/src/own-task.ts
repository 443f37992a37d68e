import { InvalidInputError } from "@winnow/tensor"
import { labelIndex } from "./label-index.ts"
import { type MetricName, metricsByName } from "./metrics-by-name.ts"
import type { AnyTask } from "./task.ts"

interface OwnTaskDescription {
	/** For messages and results. Default: `own`. */
	readonly name?: string | undefined
	/** The column of the text, or the two of a pair. */
	readonly text: string | readonly [string] | readonly [string, string]
	/** The column of the label. */
	readonly label: string
	/** The file of each split, in the folder or absolute. Default: train.csv, dev.csv, test.csv, or .tsv, .jsonl, .parquet. */
	readonly files?: Readonly<Record<string, string>> | undefined
	/** The main one first. Default: accuracy; Spearman and Pearson for a regression. */
	readonly metrics?: readonly MetricName[] | undefined
	/** Tokens, special ones included, that an input is cut to. Default: as many as whoever encodes it says. */
	readonly maxLength?: number | undefined
}

interface OwnClassification extends OwnTaskDescription {
	readonly kind: "classification"
	/** Names, in the order of the model's logits unless it has them by name; or how many, where labels are 0, 1, ... */
	readonly labels: readonly string[] | number
}

interface OwnRegression extends OwnTaskDescription {
	readonly kind: "regression"
	/** Scores outside are refused. Default: any number. */
	readonly range?: readonly [lowest: number, highest: number] | undefined
}

export type OwnTaskOptions = OwnClassification | OwnRegression

const formats = ["csv", "tsv", "jsonl", "parquet"]
const ofScores: readonly MetricName[] = ["spearman", "pearson"]

/**
 * A task of a user's own, for every function that takes one of GLUE's.
 *
 * In a file a label is a name, or its index where no name is a number. F1 is about the second label.
 *
 * @throws {InvalidInputError} when columns, labels, range, metrics or length cannot be right
 * @example
 * const task = ownTask({ kind: "classification", text: "review", label: "stars", labels: ["bad", "good"] })
 * const { examples } = await readExamples(task, "reviews", { split: "train" })
 */
export function ownTask(options: OwnTaskOptions): AnyTask {
	const { name = "own", text, label, files, maxLength } = options
	const texts = typeof text === "string" ? [text] : text
	refuseColumns([...texts, label], name)
	const isLength = maxLength === undefined || (Number.isSafeInteger(maxLength) && maxLength >= 3)
	refuseUnless(isLength, [name, "maxLength", "at least 3", maxLength])
	const [first, second] = texts
	const shared = {
		name,
		text: second === undefined ? ([[first!]] as const) : ([[first!], [second]] as const),
		label: [label] as const,
		refusesLongRows: true,
		splits: files ? named(files) : { train: inAnyFormat("train"), dev: inAnyFormat("dev"), test: inAnyFormat("test") },
		maxLength,
	} as const
	if (options.kind === "classification") {
		const { labels, metrics = ["accuracy"] } = options
		const names = typeof labels === "number" ? Array.from({ length: labels }, (_, index) => String(index)) : labels
		refuseLabels(names, name)
		return { ...shared, kind: "classification", labels: names, metrics: metricsFor(names.length, metrics, name) }
	}
	const { range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], metrics = ofScores } = options
	refuseUnless(range[0] < range[1], [name, "the range", "from a lower to a higher number", range.join(" to ")])
	return { ...shared, kind: "regression", range, metrics: metricsFor(1, metrics, name) }
}

function named(files: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> {
	return Object.fromEntries(Object.entries(files).map(([split, file]) => [split, [file]]))
}

function inAnyFormat(split: string): readonly string[] {
	return formats.map((format) => `${split}.${format}`)
}

function refuseColumns(columns: readonly string[], name: string): void {
	const areNames = columns.every((column) => typeof column === "string" && column.trim() !== "")
	const count = columns.length - 1
	refuseUnless(count === 1 || count === 2, [name, "the text columns", "1 or 2", count])
	refuseUnless(areNames && new Set(columns).size === columns.length, [
		name,
		"the columns",
		"names, each once",
		columns.join(", "),
	])
}

function refuseLabels(labels: readonly string[], name: string): void {
	refuseUnless(labels.length >= 2, [name, "the labels", "at least 2", labels.length])
	const isEmpty = labels.some((label) => label.trim() === "")
	refuseUnless(!isEmpty, [name, "the labels", "names, none of them empty", labels.join(",")])
	const clash = labels.find((label, index) => labelIndex(labels, label) !== index)
	refuseUnless(clash === undefined, [name, "the labels", "names that differ in more than capitals and spaces", clash])
}

/** @param logits - how many a model of the task has; 1: a regression */
function metricsFor(
	logits: number,
	metrics: readonly MetricName[],
	name: string,
): readonly [MetricName, ...MetricName[]] {
	const [main, ...others] = metrics
	const possible = (Object.keys(metricsByName) as MetricName[]).filter(
		(metric) => ofScores.includes(metric) === (logits === 1) && (metric !== "f1" || logits === 2),
	)
	const wrong = metrics.find((metric) => !possible.includes(metric))
	refuseUnless(wrong === undefined, [name, "the metrics", `among ${possible.join(", ")}`, wrong])
	if (main !== undefined) return [main, ...others]
	throw new InvalidInputError(name, "the metrics", "at least 1", 0)
}

function refuseUnless(
	isRight: boolean,
	[where, what, expected, actual]: readonly [where: string, what: string, expected: string, actual: unknown],
): void {
	if (!isRight) throw new InvalidInputError(where, what, expected, actual)
}
