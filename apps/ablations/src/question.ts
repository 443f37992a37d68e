import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import type { Recipe } from "@winnow/orchestrator"

/** What an arm changes of the recipe that all arms share; what it does not say, the default preset says. */
export type Change = Partial<
	Pick<
		Recipe,
		| "preset"
		| "importance"
		| "loss"
		| "mu"
		| "widths"
		| "rearrange"
		| "repair"
		| "inputRepair"
		| "lambda"
		| "inputLambda"
		| "rounds"
		| "minHeads"
		| "protectLayers"
		| "strictReference"
	>
>

/** One arm by its name. Pairs and no object, because an object puts names like "2" before all others. */
export type Arm = readonly [name: string, change: Change]

/** Arms that belong together: drawn in one colour, listed under one heading. */
export interface Group {
	readonly name: string
	readonly arms: readonly Arm[]
}

/** A fine-tuned model and its task. */
export interface Subject {
	readonly task: string
	/** Folders, absolute or in the folder of models and data sets. */
	readonly model: string
	readonly data: string
}

/** One experiment: every arm on every task, at every seed's budgets. */
export interface Question {
	/** Of its files. */
	readonly name: string
	readonly title: string
	readonly subjects: readonly Subject[]
	/** Training rows to calibrate on. */
	readonly samples: number
	/** Shares of the multiply-accumulates to keep, for each seed by which the rows are drawn. */
	readonly budgets: readonly { readonly seed: number; readonly macs: readonly number[] }[]
	readonly groups: readonly Group[]
}

/** The same arms where they take seconds: the demo model, few samples, one budget. Says whether they run, and nothing about them. */
export function smokeOf(question: Question): Question {
	return {
		...question,
		subjects: [{ task: "sst2", model: demoModelFolder(), data: demoDataFolder() }],
		samples: 256,
		budgets: [{ seed: 0, macs: [0.5] }],
	}
}
