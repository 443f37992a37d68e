import type { MethodChoices } from "../request/recipe.ts"

const damping = { mu: 0.01, lambda: 0.01, inputLambda: 0.1 }

/** What each preset chooses, the default first; adding one is adding its entry here. */
export const presets = {
	/** Curvature with interactions, an exact search, and what is kept refitted to the outputs of the whole model: no labels needed. */
	winnow: {
		importance: "kfac",
		loss: "logits",
		widths: "searched",
		rearrange: "none",
		repair: "projection",
		inputRepair: true,
		rounds: 1,
		...damping,
	},
	/**
	 * Kwon et al. 2022, *A Fast Post-Training Pruning Framework for Transformers*, without the quirks of their code: one gradient a
	 * sample, an exact search that stays within its budget, the dense model as teacher, and a rejected repair that does not stop the
	 * others.
	 */
	kwon2022: {
		importance: "fisher",
		loss: "task",
		widths: "searched",
		rearrange: "once",
		repair: "scale",
		inputRepair: false,
		rounds: 1,
		...damping,
	},
} as const satisfies Readonly<Record<string, MethodChoices>>

export type PresetName = keyof typeof presets

export const presetNames = Object.keys(presets) as readonly PresetName[]
