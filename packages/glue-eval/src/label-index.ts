/**
 * Position of a label's name in a list of names, -1 if it is not there.
 *
 * Capitals and the sign between words do not count: `not_entailment` is `Not-Entailment`.
 */
export function labelIndex(labels: readonly string[], name: string): number {
	const key = labelKey(name)
	return labels.findIndex((label) => labelKey(label) === key)
}

function labelKey(name: string): string {
	return name
		.trim()
		.toLowerCase()
		.replace(/[\s-]+/g, "_")
}
