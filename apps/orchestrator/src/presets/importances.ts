import { diagonalCurves, kfacCurves, magnitudeCurves, randomCurves } from "@winnow/fisher"
import type { MethodChoices, ResolvedRecipe } from "../request/recipe.ts"
import type { Method } from "./method.ts"

type Importance = Pick<Method, "basis" | "evidence">
type Options = Pick<ResolvedRecipe, "loss" | "mu" | "memory">

/** Every importance by its name: adding one is adding its name and its entry here. */
export const importances: Record<MethodChoices["importance"], (options: Options) => Importance> = {
	/** Curvature with interactions, compensated. */
	kfac: ({ loss, mu, memory: memoryMiB }) => ({
		basis: { importance: "kfac", loss, per: "sample", mu },
		async evidence(encoder, samples, { gemm, seed, ...run }) {
			const statistics = encoder.statistics(samples, { loss, seed, memoryMiB, ...run })
			return { curves: await kfacCurves(statistics, encoder.sublayers, { mu, gemm, ...run }) }
		},
	}),
	/** The diagonal Fisher information of masks (Kwon et al. 2022). */
	fisher: ({ loss }) => ({
		basis: { importance: "fisher", loss, per: "sample" },
		async evidence(encoder, samples, { seed, signal, onProgress }) {
			const gradients = await encoder.maskGradients(samples, { loss, seed, signal, onProgress })
			return { gradients, curves: diagonalCurves(gradients) }
		},
	}),
	/** Baselines that look at no sample. */
	magnitude: ({ loss }) => ({
		basis: { importance: "magnitude", loss, per: "sample" },
		evidence: async (encoder) => ({ curves: magnitudeCurves(encoder.outputWeights(), encoder.sublayers) }),
	}),
	random: ({ loss }) => ({
		basis: { importance: "random", loss, per: "sample" },
		evidence: async (encoder, _samples, { seed }) => ({ curves: randomCurves(encoder.sublayers, seed) }),
	}),
}
