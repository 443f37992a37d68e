import fc from "fast-check"
import { fractions } from "./toy-models.ts"

/** A random model whose sublayers have tables of costs. */
export interface TableModel {
	/** What each removal adds to the loss; may be negative. `[sublayer][unit]` */
	readonly increments: readonly (readonly number[])[]
	/** Cost of so many kept units. `[sublayer][kept]` */
	readonly tables: readonly (readonly number[])[]
	readonly atLeast: readonly number[]
	readonly fixed: number
	/** From below what is fixed to above what all units cost. */
	readonly budget: number
}

// Thousandths: none so small that the forgiveness of rounding would hide it.
const anyCost = fractions(9)
/** Plateaus of zero, whole numbers that tie, and numbers that do not. */
const someCost = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), anyCost)

/** Rising as sums of steps, or as it comes. */
const tables = (units: number) =>
	fc.tuple(fc.boolean(), fc.array(someCost, { minLength: units, maxLength: units })).map(([rising, costs]) => {
		let sum = 0
		return [0, ...costs.map((cost) => (rising ? (sum += cost) : cost))]
	})

/** Whole losses, so that ties are real ones; a curve may fall. */
const sublayers = fc.array(fc.integer({ min: -3, max: 9 }), { maxLength: 5 }).chain((increments) => {
	return fc.record({
		increments: fc.constant(increments),
		table: tables(increments.length),
		atLeast: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: increments.length })),
	})
})

/** Models of two to four sublayers of up to five units. */
export const tableModels: fc.Arbitrary<TableModel> = fc
	.record({
		all: fc.array(sublayers, { minLength: 2, maxLength: 4 }),
		fixed: fc.oneof(fc.constant(0), anyCost),
		fraction: fractions(1.1),
	})
	.map(({ all, fixed, fraction }) => ({
		increments: all.map(({ increments }) => increments),
		tables: all.map(({ table }) => table),
		atLeast: all.map(({ atLeast }) => atLeast),
		fixed,
		budget: fraction * all.reduce((sum, { table }) => sum + table.at(-1)!, fixed),
	}))

/** Cost and loss of every plan that keeps what must stay. */
export function* everyPlan({
	increments,
	tables,
	atLeast,
	fixed,
}: TableModel): Generator<{ cost: number; loss: number }> {
	const last = increments.length - 1
	const [own, table, least] = [increments[last], tables[last], atLeast[last]]
	if (own === undefined || table === undefined || least === undefined) return yield { cost: fixed, loss: 0 }
	const rest = { increments: increments.slice(0, last), tables, atLeast, fixed, budget: 0 }
	for (const { cost, loss } of everyPlan(rest)) {
		for (let kept = least; kept <= own.length; kept++) {
			const gone = own.slice(0, own.length - kept).reduce((sum, each) => sum + each, 0)
			yield { cost: cost + table[kept]!, loss: loss + gone }
		}
	}
}
