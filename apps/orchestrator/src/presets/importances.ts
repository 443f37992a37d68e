import { diagonalCurves, kfacCurves, magnitudeCurves, randomCurves } from "@winnow/fisher"
import type { Loss } from "@winnow/tensor"
import type { EvidenceBasis, Method } from "./method.ts"

/** What a recipe may say of an importance. */
export interface ImportanceOptions {
	readonly loss: Loss
	/** Damping. */
	readonly mu: number
	/** MiB that statistics may take at once. */
	readonly memory: number
}

/** One way to rank units. */
export interface Importance {
	/** Whether it differentiates a loss. */
	readonly usesLoss: boolean
	/** Whether its evidence holds mask gradients, which rearrangement and the straight lines of the paper's latency search ask for. */
	readonly hasGradients: boolean
	with(options: ImportanceOptions): { readonly basis: EvidenceBasis; readonly evidence: Method["evidence"] }
}

/** Every importance by its name, which recipes and flags take: adding one is adding its entry here. */
export const importances = {
	/** Curvature with interactions, compensated. */
	kfac: {
		usesLoss: true,
		hasGradients: false,
		with: ({ loss, mu, memory: memoryMiB }) => ({
			basis: { loss, per: "sample", mu },
			async evidence(encoder, samples, { gemm, seed, ...run }) {
				const statistics = encoder.statistics(samples, { loss, seed, memoryMiB, ...run })
				return { curves: await kfacCurves(statistics, encoder.sublayers, { mu, gemm, ...run }) }
			},
		}),
	},
	/** The diagonal Fisher information of masks (Kwon et al. 2022). */
	fisher: {
		usesLoss: true,
		hasGradients: true,
		with: ({ loss }) => ({
			basis: { loss, per: "sample" },
			async evidence(encoder, samples, { seed, signal, onProgress }) {
				const gradients = await encoder.maskGradients(samples, { loss, seed, signal, onProgress })
				return { gradients, curves: diagonalCurves(gradients) }
			},
		}),
	},
	/** Baselines that look at no sample. */
	magnitude: {
		usesLoss: false,
		hasGradients: false,
		with: ({ loss }) => ({
			basis: { loss, per: "sample" },
			evidence: async (encoder) => ({ curves: magnitudeCurves(encoder.outputWeights(), encoder.sublayers) }),
		}),
	},
	random: {
		usesLoss: false,
		hasGradients: false,
		with: ({ loss }) => ({
			basis: { loss, per: "sample" },
			evidence: async (encoder, _samples, { seed }) => ({ curves: randomCurves(encoder.sublayers, seed) }),
		}),
	},
} as const satisfies Readonly<Record<string, Importance>>

export type ImportanceName = keyof typeof importances

export const importanceNames = Object.keys(importances) as readonly ImportanceName[]
