import { diagonalCurves } from "@winnow/fisher"
import { searchMasks } from "@winnow/mask-search"
import { scales, tune } from "@winnow/mask-tune"
import { rearrange } from "@winnow/rearrange"
import type { ResolvedRecipe } from "../request/recipe.ts"
import type { Preset } from "./preset.ts"

const passesOf = { none: undefined, once: 1, converge: "converge" } as const

const basis = { loss: "task", per: "sample" } as const

/**
 * Kwon et al. 2022, *A Fast Post-Training Pruning Framework for Transformers*, without the quirks of their code: one gradient a sample,
 * an exact search that stays within its budget, the dense model as teacher, and a rejected repair that does not stop the others.
 */
export function kwon2022(recipe: Pick<ResolvedRecipe, "rearrange">): Preset {
	const passes = passesOf[recipe.rearrange]
	return {
		replacement: false,
		basis,
		async evidence(encoder, samples, run) {
			const gradients = await encoder.maskGradients(samples, { ...basis, ...run })
			return { gradients, curves: diagonalCurves(gradients) }
		},
		search: (curves, { cost, share }) => searchMasks(curves, cost, { share }),
		rearrange: passes && ((plan, gradients, options) => rearrange(plan, gradients, { passes, ...options })),
		repair: (encoder, plan, { samples, gemm, signal, onProgress }) =>
			tune(encoder, plan, samples, { repair: scales({ gemm }), signal, onProgress }),
	}
}
