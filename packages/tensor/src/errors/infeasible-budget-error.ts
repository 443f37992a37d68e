import { mustBe } from "./must-be.ts"
import { WinnowError } from "./winnow-error.ts"

/** A budget below what the cheapest allowed model costs. */
export class InfeasibleBudgetError extends WinnowError {
	/** The share of the input model's cost that was asked for. */
	readonly asked: number
	/** The smallest share that can be met. */
	readonly smallest: number

	/** @param amount - the whole model's cost, where the budget was no share: it is spoken of in that unit */
	constructor(
		where: string,
		asked: number,
		smallest: number,
		amount?: { readonly full: number; readonly unit: string },
	) {
		// Rounded up: typing the printed figure must work.
		const printed = Math.ceil(smallest * (amount?.full ?? 1) * 1e6) / 1e6
		const inUnit = amount && [
			`${printed} ${amount.unit}`,
			`${Number((asked * amount.full).toPrecision(9))} ${amount.unit}`,
		]
		super(
			where,
			inUnit
				? mustBe("the budget", `at least ${inUnit[0]}`, inUnit[1])
				: mustBe("the budget", `at least ${printed} of the model's cost`, asked),
		)
		this.asked = asked
		this.smallest = smallest
	}
}
