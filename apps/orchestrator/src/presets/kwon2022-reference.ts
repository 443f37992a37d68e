import { diagonalCurves } from "@winnow/fisher"
import { kwon2022LatencySearch, kwon2022Search } from "@winnow/mask-search"
import { scales, tune } from "@winnow/mask-tune"
import { rearrange } from "@winnow/rearrange"
import type { Method } from "./method.ts"

const per = { batch: 32 } as const

/**
 * What the code of Kwon et al. 2022 does, quirks included, to compare with it: rows drawn with replacement, one gradient a batch of 32,
 * a search that may exceed small budgets, a teacher searched at the square root of the share, and a repair that ends at the first rejection.
 */
export function kwon2022Reference(): Method {
	return {
		replacement: true,
		basis: { importance: "fisher", loss: "task", per },
		async evidence(encoder, samples, run) {
			const gradients = await encoder.maskGradients(samples, { loss: "task", per, ...run })
			return { gradients, curves: diagonalCurves(gradients) }
		},
		search,
		rearrange: (plan, gradients, run) => rearrange(plan, gradients, { passes: 1, ...run }),
		repair(encoder, plan, { samples, curves, budget, gemm, signal, onProgress }) {
			const teacher = search(curves, { ...budget, share: Math.sqrt(budget.share) })
			const repair = scales({ gemm, strictReference: true })
			const quirks = { strictReference: true, stopAtRejection: true }
			return tune(encoder, plan, samples, { repair, teacher, ...quirks, signal, onProgress })
		},
	}
}

const search: Method["search"] = (curves, { cost, share, sublayers }) =>
	cost.unit === "ms"
		? kwon2022LatencySearch(curves, cost, { share }, { sublayers, strictReference: true })
		: kwon2022Search(curves, cost, { share })
