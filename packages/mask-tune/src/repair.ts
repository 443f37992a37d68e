import type { RebuildOptions, Refit, RepairSite, Run } from "@winnow/tensor"
import type { KeptSite, TunedSite } from "./site-report.ts"

/** New weights, or none, which keeps the old ones; and what was made of the site. */
export type SiteRepair =
	| { readonly refit: Refit; readonly report: TunedSite }
	| { readonly refit?: never; readonly report: KeptSite }

/** One way to repair what pruning left of a sublayer: from the moments of a site to new weights. It never runs a model. */
export interface Repair {
	(site: RepairSite, run?: Pick<Run, "signal">): Promise<SiteRepair>
	/** What it needs of the walk besides the outputs' sites: `tune` passes it on. */
	readonly asks?: Pick<RebuildOptions, "inputs" | "heldOut">
}
