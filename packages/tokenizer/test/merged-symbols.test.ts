import fc from "fast-check"
import { expect, test } from "vitest"
import { type Merge, mergedSymbols, type Symbols } from "../src/merged-symbols.ts"

const seed = 20220416

test("neighbours merge as if the earliest merge, leftmost first, were looked for anew each time", () => {
	const symbol = fc.nat(4)
	const table = fc.array(fc.tuple(symbol, symbol, symbol), { maxLength: 25 })
	fc.assert(
		fc.property(fc.array(symbol, { maxLength: 30 }), table, (ids, triples) => {
			const merges = new Map(triples.map(([left, right, id], rank) => [`${left} ${right}`, { rank, id }]))
			const mergeOf = (left: number, right: number) => merges.get(`${left} ${right}`)
			const symbols = { ids, lengths: ids.map((id) => id + 1) }
			expect(mergedSymbols(symbols, mergeOf)).toEqual(oneAfterAnother(symbols, mergeOf))
		}),
		{ seed, numRuns: 2000 },
	)
})

function oneAfterAnother(symbols: Symbols, mergeOf: (left: number, right: number) => Merge | undefined): Symbols {
	const [ids, lengths] = [[...symbols.ids], [...symbols.lengths]]
	for (;;) {
		let best: { readonly at: number; readonly merge: Merge } | undefined
		for (let at = 0; at + 1 < ids.length; at++) {
			const merge = mergeOf(ids[at]!, ids[at + 1]!)
			if (merge && (!best || merge.rank < best.merge.rank)) best = { at, merge }
		}
		if (!best) return { ids, lengths }
		ids.splice(best.at, 2, best.merge.id)
		lengths.splice(best.at, 2, lengths[best.at]! + lengths[best.at + 1]!)
	}
}
