import type { TransformerEncoder } from "@winnow/encoder"
import type { SiteReport } from "@winnow/mask-tune"
import type { CostModel, Kept, Plan, Run } from "@winnow/tensor"
import type { StageLog } from "./measure/stage-log.ts"
import type { PruneJob } from "./prepare/prune-job.ts"
import type { Budget, Evidence } from "./presets/method.ts"

/** A slim model, and how it came about. */
export interface Pruned {
	/** Of the dense model's units. */
	readonly plan: Plan
	readonly slim: TransformerEncoder
	/** One a site, in the order in which they were repaired. */
	readonly reports: readonly SiteReport[]
}

/** A job on its way. */
export interface Pruning {
	readonly job: PruneJob
	readonly stages: StageLog
	/** Of the dense model. */
	readonly evidence: Evidence
	/** What units cost, of the dense model or of one pruned from it. */
	readonly costOf: (model: Pick<TransformerEncoder, "sublayers" | "hidden">) => CostModel
}

/**
 * Prunes the model of a job to a share of its cost, which is the method itself: search, rearrangement, repair.
 *
 * In several rounds, shares fall by equal factors, and importance is measured again on the repaired model of the round before. Every
 * round repairs the dense model's weights towards the dense model's outputs, so that no error is handed on.
 */
export async function prunedTo(share: number, pruning: Pruning): Promise<Pruned> {
	const { job, stages } = pruning
	const { rounds } = job.recipe
	const dense = job.subject.encoder
	const first = share ** (1 / rounds)
	let plan = await planned(dense, first, pruning)
	let pruned = await repaired(plan, first, pruning)
	for (let round = 2; round <= rounds; round++) {
		const { slim } = pruned
		const again = await evidenceOf(slim, { job, stages })
		const target = share ** (round / rounds)
		const next = await planned(slim, target / plan.share, { ...pruning, evidence: again })
		await slim.close()
		const kept = composed(plan.kept, next.kept)
		plan = { kept, cost: next.cost, share: next.share * plan.share, loss: plan.loss + next.loss }
		pruned = await repaired(plan, target, pruning)
	}
	return pruned
}

/** What a method learns of a model's units: the dense model's, or those of one that was pruned before. */
export function evidenceOf(
	encoder: TransformerEncoder,
	{ job, stages }: Omit<Pruning, "evidence" | "costOf">,
): Promise<Evidence> {
	const { method, subject, recipe, calibration } = job
	const { gemm64: gemm } = subject.runtime
	const learn = (run: Run) => method.evidence(encoder, calibration.samples, { gemm, seed: recipe.seed, ...run })
	return stages.time("statistics", learn, { parts: ["removal curves"] })
}

async function planned(encoder: TransformerEncoder, share: number, pruning: Pruning): Promise<Plan> {
	const { method, subject } = pruning.job
	const { rearrange } = method
	const { stages, evidence } = pruning
	const { curves, gradients } = evidence
	const budget = budgetOf(encoder, share, pruning)
	const searched = await stages.time("mask search", () => method.search(curves, budget))
	if (rearrange === undefined) return searched
	const { gemm64: gemm } = subject.runtime
	return stages.time("mask rearrangement", (run) => rearrange(searched, gradients!, { gemm, ...run }))
}

/** Slims the dense model to a plan and repairs what stays; `share` is the plan's budget. */
export async function repaired(plan: Plan, share: number, pruning: Pruning): Promise<Pruned> {
	const { job, stages, evidence } = pruning
	const { method, subject, calibration } = job
	const { encoder: dense } = subject
	const { gemm64: gemm } = subject.runtime
	const options = {
		samples: calibration.samples,
		curves: evidence.curves,
		budget: budgetOf(dense, share, pruning),
		gemm,
	}
	const { encoder: slim, reports } = await stages.time("mask tuning", (run) =>
		method.repair(dense, plan, { ...options, ...run }),
	)
	return { plan, slim, reports }
}

function budgetOf(encoder: TransformerEncoder, share: number, { costOf }: Pruning): Budget {
	return { cost: costOf(encoder), share, sublayers: encoder.sublayers }
}

/** Units of the first model that stay when of those `kept` only some stay: `then` counts among the kept. */
function composed(kept: Kept, then: Kept): Kept {
	return kept.map((units, sublayer) => then[sublayer]!.map((position) => units[position]!))
}
