import type { PruneResult } from "../result/prune-result.ts"

/** Reasons of `@winnow/mask-tune` in few words; winnow.json has the sentence of every site, with its numbers. */
const words: Readonly<Record<string, string>> = {
	identity: "repair is switched off",
	"no-units": "no unit is kept",
	"no-rows": "the sample has no rows there",
	silent: "every kept unit puts out zero",
	"first-attention": "the paper's code never tunes it",
	"after-rejection": "an earlier repair was rejected",
	"not-finite": "moments that are no numbers",
	"not-positive-definite": "equations without a solution",
	"not-converged": "the solver did not converge",
	"out-of-range": "scales out of range",
	"held-out": "no better on held-out rows",
}

/** One line: how many sites were repaired, and why the others were left as they were. */
export function repairsReport({ repairs, recipe }: Pick<PruneResult, "repairs" | "recipe">): string {
	const kept = repairs.filter(({ outcome }) => outcome === "kept")
	const sites = recipe.inputRepair ? "inputs and outputs" : "sublayers"
	const tuned = `repaired: ${repairs.length - kept.length} of ${repairs.length} ${sites}`
	if (kept.length === 0) return `${tuned}\n`
	const counts = new Map<string, number>()
	for (const { reason = "unknown" } of kept) counts.set(reason, (counts.get(reason) ?? 0) + 1)
	const reasons = [...counts]
		.sort(([, a], [, b]) => b - a)
		.map(([reason, sites]) => `${counts.size === 1 ? "" : `${sites}: `}${words[reason] ?? reason}`)
	return `${tuned}; ${kept.length} left as ${kept.length === 1 ? "it was" : "they were"} (${reasons.join(", ")})\n`
}
