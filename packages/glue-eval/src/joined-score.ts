import type { Score } from "./score.ts"

/**
 * The score of a task with those of its other dev splits beside it; the main metric stays that of `dev`.
 *
 * @param others - by what their metrics are called after, as the task's `alsoScored` has it
 * @example
 * joinedScore(matched, { mismatched }).metrics // => { accuracy: 0.842, accuracy_mismatched: 0.839 }
 */
export function joinedScore({ main, metrics }: Score, others: Readonly<Record<string, Score>>): Score {
	const beside = Object.entries(others).flatMap(([name, { metrics }]) =>
		Object.entries(metrics).map(([metric, value]) => [`${metric}_${name}`, value] as const),
	)
	return { main, metrics: { ...metrics, ...Object.fromEntries(beside) } }
}
