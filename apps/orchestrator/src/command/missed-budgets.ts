import { millisecondsOf } from "../request/latency-budget.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { count, milliseconds, percent } from "../result/quantities.ts"
import { exitCodes } from "./exit-codes.ts"

/**
 * What to say of results that exceed what was asked for: a line each, with both numbers, and a last one that explains the exit code. None
 * where all are within.
 */
export function missedBudgets(results: readonly PruneResult[]): readonly string[] {
	const lines = results.flatMap((result) => missedBudget(result) ?? [])
	if (lines.length === 0) return []
	return [...lines, `what was asked for is missed: everything is written, and the exit code is ${exitCodes.overBudget}`]
}

/** Rounding in sums of costs is no excess. */
const slack = 1 + 1e-9

/** The paper's own search exceeds budgets; a latency may not be met when it is measured for the last time; a drop is chosen on other rows. */
function missedBudget(result: PruneResult): string | undefined {
	const { recipe, macs, latency } = result
	if (recipe.maxDrop !== undefined) return missedDrop(result)
	if (recipe.latency !== undefined && latency !== undefined) return missedLatency(recipe.latency, latency)
	const asked = recipe.macs ?? 1
	if (macs.share <= asked * slack) return undefined
	return `over the budget: ${percent(macs.share, 2)} of the multiply-accumulates are left, ${percent(asked, 2)} were asked for`
}

function missedLatency(
	asked: NonNullable<PruneResult["recipe"]["latency"]>,
	{ share, pruned }: NonNullable<PruneResult["latency"]>,
): string | undefined {
	const most = millisecondsOf(asked)
	if (most === undefined) {
		if (share <= Number(asked) * slack) return undefined
		return `over the budget: ${percent(share, 2)} of the dense model's latency is left, ${percent(Number(asked), 2)} was asked for`
	}
	if (pruned <= most) return undefined
	return `over the budget: the latency is ${milliseconds(pruned)}, ${milliseconds(most)} was asked for`
}

function missedDrop({ recipe, change, metrics, maxDrop }: PruneResult): string | undefined {
	const most = recipe.maxDrop!
	const drop = -100 * (change.score ?? 0)
	if (drop <= most * slack) return undefined
	const [main] = Object.keys(metrics.dense)
	const asked = `at most ${most} ${most === 1 ? "was" : "were"} asked for`
	const rows = maxDrop ? `, which ${count(maxDrop.samples)} held-out training rows promised` : ""
	return `a larger drop: ${main} on dev falls by ${drop.toFixed(2)} points, ${asked}${rows}`
}
