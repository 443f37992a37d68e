import { accuracy, f1, matthewsCorrelation, pearson, spearman } from "./glue-metrics.ts"

/** The metrics a task may name, as they are reported. `positive` is the class that F1 is about. */
export const metricsByName = {
	accuracy,
	f1,
	mcc: matthewsCorrelation,
	pearson,
	spearman,
} satisfies Record<string, (predictions: Float64Array, truths: Float64Array, positive: number) => number>

export type MetricName = keyof typeof metricsByName
