import type { LsmrStop } from "@winnow/linalg"
import type { RepairSite, Sublayer } from "@winnow/tensor"

/**
 * Why a site keeps its weights. Tried and refused: `not-finite`, `not-positive-definite`, `not-converged`, `out-of-range`,
 * `held-out` (no better on rows that it was not fitted on). Not tried: the others.
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
	| "held-out"

/** What a fit says of itself, accepted or not. */
export interface FitRecord {
	/**
	 * ||x W + b - y|| / ||y - c|| with the weights as they were: 1 is no better than a bias alone. c is b where the bias stays, the
	 * mean of y where it is fitted.
	 */
	readonly residualBefore?: number
	/** The same with the weights that the site goes on with. */
	readonly residualAfter?: number
	/** Residual of the weights as they were on the rows held out. */
	readonly heldOutBefore?: number
	/** The same with weights fitted on the other rows alone. */
	readonly heldOutAfter?: number
	/** Ridge: what was added to the diagonal, as a multiple of its mean. LSMR: its `damp`. */
	readonly damping?: number
	/** LSMR: how many iterations it took and why it stopped. */
	readonly iterations?: number
	readonly istop?: LsmrStop
}

interface Site extends FitRecord {
	readonly kind: Sublayer["kind"]
	readonly layer: number
	readonly side: RepairSite["side"]
	/** Kept units. */
	readonly units: number
}

export interface TunedSite extends Site {
	readonly outcome: "tuned"
	/** One a kept unit, already folded into the weights; absent where all weights were fitted. */
	readonly scales?: Float64Array
}

export interface KeptSite extends Site {
	readonly outcome: "kept"
	readonly reason: KeptReason
	/** The reason as a sentence, with the numbers that decided. */
	readonly explanation: string
}

/** What happened to one site. */
export type SiteReport = TunedSite | KeptSite

/** A reason not to change a site, and its sentence. */
export type Refusal = Pick<KeptSite, "reason" | "explanation">

export function tunedSite(site: RepairSite, fit: FitRecord & Pick<TunedSite, "scales">): TunedSite {
	return { ...named(site), outcome: "tuned", ...fit }
}

export function keptSite(site: RepairSite, refusal: Refusal, fit: FitRecord = {}): KeptSite {
	return { ...named(site), outcome: "kept", ...refusal, ...fit }
}

function named({
	sublayer: { kind, layer, units },
	side,
}: RepairSite): Pick<Site, "kind" | "layer" | "side" | "units"> {
	return { kind, layer, side, units }
}

const rejections: ReadonlySet<KeptReason> = new Set<KeptReason>([
	"not-finite",
	"not-positive-definite",
	"not-converged",
	"out-of-range",
	"held-out",
])

/** A fit was tried and refused; in the paper's code that ends all tuning. */
export function isRejected(report: SiteReport): report is KeptSite {
	return report.outcome === "kept" && rejections.has(report.reason)
}
