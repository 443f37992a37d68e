import { mustBe } from "./must-be.ts"
import { WinnowError } from "./winnow-error.ts"

/** A budget below what the cheapest allowed model costs. */
export class InfeasibleBudgetError extends WinnowError {
	/** The share of the input model's cost that was asked for. */
	readonly asked: number
	/** The smallest share that can be met. */
	readonly smallest: number

	constructor(where: string, asked: number, smallest: number) {
		// Rounded up: typing the printed figure must work.
		const printed = Math.ceil(smallest * 1e6) / 1e6
		super(where, mustBe("the budget", `at least ${printed} of the model's cost`, asked))
		this.asked = asked
		this.smallest = smallest
	}
}
