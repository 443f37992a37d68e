import type { LsmrStop } from "@winnow/linalg"
import type { RepairSite, Sublayer } from "@winnow/tensor"

/**
 * Why a sublayer keeps its weights. Tried and refused: `not-finite`, `not-positive-definite`, `not-converged`, `out-of-range`.
 * Not tried: the others.
 */
export type KeptReason =
	| "identity"
	| "no-units"
	| "no-rows"
	| "silent"
	| "first-attention"
	| "after-rejection"
	| "not-finite"
	| "not-positive-definite"
	| "not-converged"
	| "out-of-range"

/** What a fit says of itself, accepted or not. */
export interface FitRecord {
	/** ||x W + b - y|| / ||y - b|| with the weights as they were: 1 is no better than the bias alone. */
	readonly residualBefore?: number
	/** The same with the weights that the sublayer goes on with. */
	readonly residualAfter?: number
	/** Ridge: what was added to the diagonal, as a multiple of its mean. LSMR: its `damp`. */
	readonly damping?: number
	/** LSMR: how many iterations it took and why it stopped. */
	readonly iterations?: number
	readonly istop?: LsmrStop
}

interface Site extends FitRecord {
	readonly kind: Sublayer["kind"]
	readonly layer: number
	/** Kept units. */
	readonly units: number
}

export interface TunedSite extends Site {
	readonly outcome: "tuned"
	/** One a kept unit, already folded into the weights. */
	readonly scales: Float64Array
}

export interface KeptSite extends Site {
	readonly outcome: "kept"
	readonly reason: KeptReason
	/** The reason as a sentence, with the numbers that decided. */
	readonly explanation: string
}

/** What happened to one sublayer. */
export type SiteReport = TunedSite | KeptSite

/** A reason not to change a sublayer, and its sentence. */
export type Refusal = Pick<KeptSite, "reason" | "explanation">

export function tunedSite(
	{ sublayer: { kind, layer, units } }: RepairSite,
	scales: Float64Array,
	fit: FitRecord,
): TunedSite {
	return { kind, layer, units, outcome: "tuned", scales, ...fit }
}

export function keptSite(
	{ sublayer: { kind, layer, units } }: RepairSite,
	refusal: Refusal,
	fit: FitRecord = {},
): KeptSite {
	return { kind, layer, units, outcome: "kept", ...refusal, ...fit }
}

const rejections: ReadonlySet<KeptReason> = new Set<KeptReason>([
	"not-finite",
	"not-positive-definite",
	"not-converged",
	"out-of-range",
])

/** A fit was tried and refused; in the paper's code that ends all tuning. */
export function isRejected(report: SiteReport): report is KeptSite {
	return report.outcome === "kept" && rejections.has(report.reason)
}
