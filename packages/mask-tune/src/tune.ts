import {
	InvalidInputError,
	type Plan,
	type Refit,
	type RepairSite,
	type Run,
	requireRefit,
	type Sample,
	type SequentialEncoder,
} from "@winnow/tensor"
import type { Repair, SiteRepair } from "./repair.ts"
import { isRejected, type KeptSite, keptSite, type SiteReport } from "./site-report.ts"

export interface TuneOptions extends Run {
	/** How a site is repaired: `projection()`, `scales()`, or `identity` for nothing. */
	readonly repair: Repair
	/** Whose outputs are the targets; default: the model with all its units. The paper: the same search at sqrt(share). */
	readonly teacher?: Pick<Plan, "kept"> | undefined
	/** Rows and targets of the paper's code (see `RebuildOptions`). Belongs with `scales({ strictReference: true })`. */
	readonly strictReference?: boolean
	/** After a rejected fit, all later sublayers keep their weights (the paper's code). Default: as `strictReference`. */
	readonly stopAtRejection?: boolean
}

export interface Tuned<E extends SequentialEncoder> {
	readonly encoder: E
	/** One a site, in the order of the walk: bottom-up, a sublayer's input before its output. */
	readonly reports: readonly SiteReport[]
}

/**
 * Slims an encoder to a plan and repairs it sublayer by sublayer, bottom-up: later sublayers see what earlier repairs achieved.
 *
 * (Kwon et al. 2022, section 4.3.) The encoder walks teacher and student and hands over moments; `repair` decides, and says whether
 * it wants to be asked at inputs, too, and samples held out. The encoder given stays as it is.
 *
 * @param plan - which units stay
 * @param samples - calibration inputs; targets are not needed
 * @throws {ShapeError | InvalidInputError} when `repair` answers with weights of another size, with numbers that are not finite, or with
 *   a report that says another thing than its weights; `signal.reason` once aborted
 * @example
 * const { encoder: slim, reports } = await tune(encoder, plan, samples, { repair: projection() })
 */
export async function tune<E extends SequentialEncoder>(
	encoder: E,
	plan: Pick<Plan, "kept">,
	samples: readonly Sample[],
	{ repair, teacher, strictReference = false, stopAtRejection = strictReference, signal, onProgress }: TuneOptions,
): Promise<Tuned<E>> {
	const reports: SiteReport[] = []
	let rejected: KeptSite | undefined
	const fit = async (site: RepairSite): Promise<Refit | undefined> => {
		signal?.throwIfAborted()
		if (rejected && stopAtRejection) {
			reports.push(keptAfter(rejected, site))
			return undefined
		}
		const made = await repair(site, { signal })
		requireRepair(made, site)
		reports.push(made.report)
		if (isRejected(made.report)) rejected = made.report
		return made.refit
	}
	const slim = await encoder.rebuild(plan.kept, samples, {
		...repair.asks,
		fit,
		strictReference,
		signal,
		onProgress,
		...(teacher ? { teacher: teacher.kept } : {}),
	})
	return { encoder: slim, reports }
}

/** What a repair of one's own may get wrong. */
function requireRepair(made: SiteRepair, site: RepairSite): void {
	const { refit, report } = made ?? {}
	if (refit !== undefined) requireRefit(refit, site, "mask tuning")
	const expected = refit === undefined ? "kept" : "tuned"
	if (report?.outcome === expected) return
	const { kind, layer } = site.sublayer
	const what = `the report's outcome for the ${site.side} of ${kind} ${layer}`
	const reason = refit === undefined ? "no new weights were given" : "new weights were given"
	throw new InvalidInputError("mask tuning", what, `"${expected}", as ${reason}`, report?.outcome)
}

function keptAfter({ kind, layer }: KeptSite, site: RepairSite): KeptSite {
	const explanation = `tuning stopped when ${kind} of layer ${layer} was rejected`
	return keptSite(site, { reason: "after-rejection", explanation })
}
