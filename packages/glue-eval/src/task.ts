import type { MetricName } from "./metrics-by-name.ts"

/** A column by the names that files give it, GLUE's own name first, then that of the Hugging Face data set. */
export type Column = readonly [official: string, ...others: string[]]

interface TaskDescription {
	readonly name: string
	/** The column of the text, or the two of a pair. */
	readonly text: readonly [Column] | readonly [Column, Column]
	readonly label: Column
	/** Positions (from 0) of the text columns and of the label, when the task's TSV files may come without a header. */
	readonly headerless?: { readonly text: readonly number[]; readonly label: number }
	/** Rows with too few columns are left out and counted, not refused: GLUE's own file has some. */
	readonly skipsShortRows?: true
	/** Rows with more cells than the header are refused, not cut: where files are not GLUE's, a separator in a text has torn it. */
	readonly refusesLongRows?: true
	/** File names by split, tried in this order. */
	readonly splits: Readonly<Record<string, readonly string[]>>
	/** Splits that are scored beside `dev`, by what their metrics are called after: MNLI's mismatched one. */
	readonly alsoScored?: Readonly<Record<string, string>>
	/** The main one first. */
	readonly metrics: readonly [main: MetricName, ...others: MetricName[]]
	/** Tokens, special ones included, that an input is cut to. Absent: nobody has said, and a model's positions are the limit. */
	readonly maxLength?: number | undefined
	/** Mean tokens of a dev input: the length at which MACs are counted. */
	readonly meanDevLength?: number
}

/** Labels by name, in GLUE's order: a label's index is its position here. */
export interface ClassificationTask extends TaskDescription {
	readonly kind: "classification"
	readonly labels: readonly string[]
}

/** Scores between two ends, both included. */
export interface RegressionTask extends TaskDescription {
	readonly kind: "regression"
	readonly range: readonly [lowest: number, highest: number]
}

/** What is known of a task, GLUE's or a user's: where its data are, how they are read, and how a model is scored on them. */
export type AnyTask = ClassificationTask | RegressionTask

/** A task of GLUE. */
export type Task = AnyTask & { readonly meanDevLength: number; readonly maxLength: number }

/** Logits that a model of this task has: one a label, or a single one for a score. */
export function logitsOf(task: AnyTask): number {
	return task.kind === "regression" ? 1 : task.labels.length
}
