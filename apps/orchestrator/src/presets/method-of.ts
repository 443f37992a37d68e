import { kwon2022LatencySearch, leastKept, searchMasks, uniformSearch } from "@winnow/mask-search"
import { identity, projection, type Repair, scales, tune } from "@winnow/mask-tune"
import { rearrange } from "@winnow/rearrange"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { importances } from "./importances.ts"
import { kwon2022Reference } from "./kwon2022-reference.ts"
import type { MatrixRun, Method } from "./method.ts"

const passesOf = { none: undefined, once: 1, converge: "converge" } as const

/** The method that a recipe's choices make. */
export function methodOf(recipe: ResolvedRecipe): Method {
	if (recipe.strictReference) return kwon2022Reference()
	const { basis, evidence } = importances[recipe.importance].with(recipe)
	const passes = passesOf[recipe.rearrange]
	return {
		replacement: false,
		basis: { importance: recipe.importance, ...basis },
		evidence,
		search: searchOf(recipe),
		rearrange: passes && ((plan, gradients, options) => rearrange(plan, gradients, { passes, ...options })),
		repair: (encoder, plan, { samples, gemm, signal, onProgress }) =>
			tune(encoder, plan, samples, { repair: repairOf(recipe, { gemm }), signal, onProgress }),
	}
}

function searchOf({ minHeads, protectLayers, widths, latencySearch }: ResolvedRecipe): Method["search"] {
	if (latencySearch === "piecewise") {
		return (curves, { cost, share, sublayers }) => kwon2022LatencySearch(curves, cost, { share }, { sublayers })
	}
	const search = widths === "uniform" ? uniformSearch : searchMasks
	return (curves, { cost, share, sublayers }) =>
		search(curves, cost, { share }, { atLeast: leastKept(sublayers, { minHeads, protectLayers }) })
}

function repairOf(recipe: ResolvedRecipe, { gemm }: Pick<MatrixRun, "gemm">): Repair {
	const { lambda, inputLambda, inputRepair: inputs } = recipe
	if (recipe.repair === "projection") return projection({ gemm, lambda, inputLambda, inputs })
	return recipe.repair === "scale" ? scales({ gemm }) : identity
}
