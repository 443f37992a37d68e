import type { Plan, Refit, RepairSite, Run, Sample, SequentialEncoder } from "@winnow/tensor"
import type { Repair } from "./repair.ts"
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
 * @throws `signal.reason` once aborted
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
		const { refit, report } = await repair(site, { signal })
		reports.push(report)
		if (isRejected(report)) rejected = report
		return refit
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

function keptAfter({ kind, layer }: KeptSite, site: RepairSite): KeptSite {
	const explanation = `tuning stopped when ${kind} of layer ${layer} was rejected`
	return keptSite(site, { reason: "after-rejection", explanation })
}
