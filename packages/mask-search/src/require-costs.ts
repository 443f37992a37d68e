import { type CostModel, InvalidInputError } from "@winnow/tensor"

/** How far a cost may be from its price times its units: what other orders of multiplication round to. */
const rounding = 1e-9

/**
 * Refuses a cost model that is none, or that says one thing by its prices and another by its costs: a search by prices would end in a
 * plan beyond its budget. Every cost is asked for once: 37,000 of them for BERT-base, a millisecond.
 *
 * Latency may fall where units are added, so that only a count of MACs may not.
 *
 * @param units - of each sublayer
 * @throws {InvalidInputError} naming the sublayer and how many units it keeps
 */
export function requireCosts(model: CostModel, units: readonly number[]): void {
	requireCost("the fixed cost", model.fixed)
	for (const [index, most] of units.entries()) {
		const price = most === 0 ? undefined : model.prices?.[index]
		if (price !== undefined && !(price > 0 && price < Number.POSITIVE_INFINITY)) {
			throw refused(`the price of sublayer ${index}`, "above 0", price)
		}
		let before = 0
		for (let kept = 0; kept <= most; kept++) {
			const what = `the cost of ${kept} units of sublayer ${index}`
			const cost = model.cost(index, kept)
			requireCost(what, cost)
			if (kept === 0 && cost !== 0) throw refused(what, "0: what no pruning removes is the fixed cost", cost)
			if (price !== undefined && Math.abs(cost - price * kept) > rounding * price * kept) {
				throw refused(what, `${price * kept}, as its price says`, cost)
			}
			if (model.unit === "MAC" && cost < before) throw refused(what, `at least ${before}, that of one unit less`, cost)
			before = cost
		}
	}
}

function requireCost(what: string, cost: number): void {
	if (!(cost >= 0 && cost < Number.POSITIVE_INFINITY)) throw refused(what, "a finite number, zero or more", cost)
}

function refused(what: string, expected: string, actual: unknown): InvalidInputError {
	return new InvalidInputError("mask search", what, expected, actual)
}
