import type { Refit, RepairSite, Run } from "@winnow/tensor"
import type { SiteReport } from "./site-report.ts"

/**
 * One way to repair what pruning left of a sublayer: from the moments of a site to new weights, or to none, which keeps the old
 * ones. It never runs a model.
 */
export type Repair = (
	site: RepairSite,
	run?: Pick<Run, "signal">,
) => Promise<{ readonly refit?: Refit; readonly report: SiteReport }>
