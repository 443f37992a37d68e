import { resolve } from "node:path"
import type { Recipe } from "@winnow/orchestrator"
import type { Question } from "./question.ts"

/** One arm on one task with one seed, at some budgets: runs that share everything but the budget. */
export interface Family {
	readonly arm: string
	readonly task: string
	readonly seed: number
	readonly macs: readonly number[]
	/** Of any of its runs. */
	readonly recipe: Omit<Recipe, "out" | "macs">
}

/**
 * All families of a question: by task, then by seed, then by arm, so that arms which ask the same of a model follow each other.
 *
 * @param shared - the folder that subjects' folders are in
 */
export function familiesOf({ subjects, budgets, groups, samples }: Question, shared: string): readonly Family[] {
	const arms = groups.flatMap((group) => group.arms)
	return subjects.flatMap(({ task, ...places }) =>
		budgets.flatMap(({ seed, macs }) =>
			arms.map(([arm, change]) => {
				const [model, data] = [resolve(shared, places.model), resolve(shared, places.data)]
				return {
					arm,
					task,
					seed,
					macs,
					recipe: { model, data, task, seed, samples, timing: false, formats: [], ...change },
				}
			}),
		),
	)
}
