import type { Diagnosis } from "../diagnosis/diagnosis.ts"

/** One line a check, under it what to do about what is wrong, and whether pruning can run. */
export function diagnosisReport({ winnow, machine, checks, canPrune }: Diagnosis): string {
	const widest = Math.max(...checks.map(({ name }) => name.length))
	const indent = " ".repeat("warning  ".length + widest)
	const lines = checks.map(({ name, state, finding, remedy }) => {
		const line = `${state.padEnd("warning".length)}  ${name.padEnd(widest)}  ${finding}\n`
		return remedy === undefined ? line : `${line}${indent}  what to do: ${remedy}\n`
	})
	const verdict = canPrune ? "winnow can prune here" : "winnow cannot prune here: see what failed"
	return `winnow ${winnow} on ${machine.platform}, ${machine.cpu}\n\n${lines.join("")}\n${verdict}\n`
}
