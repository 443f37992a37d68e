import type { Score } from "@winnow/glue-eval"

/** A score as JSON can hold it: what is undefined (the correlation of a constant) is null. */
export function finiteScore({ main, metrics }: Score): {
	readonly score: number | null
	readonly metrics: Record<string, number | null>
} {
	return {
		score: orNull(main),
		metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, orNull(value)])),
	}
}

const orNull = (value: number) => (Number.isFinite(value) ? value : null)
