import { InvalidInputError } from "@winnow/tensor"
import type { Question } from "./question.ts"
import type { Row } from "./row.ts"

/** One arm on one task at one budget. */
export interface Cell {
	readonly group: string
	readonly arm: string
	readonly task: string
	readonly macs: number
	/** One a seed, as far as they are there. */
	readonly rows: readonly Row[]
	/** How many seeds there are to be. */
	readonly seeds: number
}

/**
 * All cells of a question, in its order: tasks, budgets, arms. Of several rows of a cell and seed the last counts.
 *
 * @throws {InvalidInputError} when rows that would be compared are not of the same model, samples or texts
 */
export function cellsOf({ subjects, budgets, groups }: Question, rows: readonly Row[], file: string): readonly Cell[] {
	const latest = new Map(rows.map((row) => [keyOf(row), row]))
	const shares = [...new Set(budgets.flatMap(({ macs }) => macs))].toSorted((a, b) => b - a)
	const arms = groups.flatMap((group) => group.arms.map(([arm]) => ({ group: group.name, arm })))
	const cells = subjects.flatMap(({ task }) =>
		shares.flatMap((macs) => {
			const seeds = budgets.filter((budget) => budget.macs.includes(macs)).map(({ seed }) => seed)
			return arms.map(({ group, arm }) => {
				const found = seeds.flatMap((seed) => latest.get(keyOf({ arm, task, seed, macs })) ?? [])
				return { group, arm, task, macs, rows: found, seeds: seeds.length }
			})
		}),
	)
	refuseMixed(
		cells.flatMap((cell) => cell.rows),
		file,
	)
	return cells
}

function keyOf({ arm, task, seed, macs }: Pick<Row, "arm" | "task" | "seed" | "macs">): string {
	return JSON.stringify([arm, task, seed, macs])
}

/** Arms are compared pairwise: with the same model, calibrated on the same rows, on the same texts. */
function refuseMixed(rows: readonly Row[], file: string): void {
	const seen = new Map<string, string>()
	for (const { task, seed, model, samples, guide } of rows) {
		const claims = [
			[`the model of task ${task}`, model.sha256],
			[`the samples of task ${task}, seed ${seed},`, samples.sha256],
			[`the texts of task ${task}`, `${guide.samples} of ${guide.source}`],
		] as const
		for (const [what, value] of claims) {
			const first = seen.get(what) ?? value
			if (first !== value) throw new InvalidInputError(file, what, `the same in all rows, ${first}`, value)
			seen.set(what, value)
		}
	}
}
