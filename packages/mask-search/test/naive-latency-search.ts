import type { Sublayer } from "@winnow/tensor"
import { piecewiseLinearFit } from "../src/piecewise-linear-fit.ts"

/** An encoder with independent scores and a table of costs a sublayer. */
export interface ToyEncoder {
	readonly scores: readonly (readonly number[])[]
	readonly tables: readonly (readonly number[])[]
	readonly sublayers: readonly Sublayer[]
	readonly fixed: number
	readonly budget: number
}

export interface NaivePlan {
	readonly kept: number[][]
	readonly loss: number
}

interface Unit {
	readonly sublayer: number
	readonly unit: number
	readonly score: number
}

/** The best first, of equals the first listed. */
const best = (units: readonly Unit[]) => [...units].sort((a, b) => b.score - a.score)
const weight = (units: readonly Unit[]) => units.reduce((sum, { score }) => sum + score, 0)
const unitsOf = ({ scores }: ToyEncoder, sublayer: number) =>
	best(scores[sublayer]!.map((score, unit) => ({ sublayer, unit, score })))

function planOf({ scores }: ToyEncoder, units: readonly Unit[]): NaivePlan {
	const kept = scores.map((_, index) => {
		return units
			.filter(({ sublayer }) => sublayer === index)
			.map(({ unit }) => unit)
			.sort((a, b) => a - b)
	})
	return { kept, loss: scores.flat().reduce((sum, score) => sum + score, 0) - weight(units) }
}

/** Fit, sublayers by importance of their first T units, and units, of one kind. */
function kindOf(model: ToyEncoder, kind: Sublayer["kind"]) {
	const all = [...model.sublayers.keys()].filter((index) => model.sublayers[index]!.kind === kind)
	const measured = all.find((index) => model.sublayers[index]!.reads === "tokens") ?? all[0]!
	const {
		threshold: T,
		base: c,
		slope: a,
		error,
	} = piecewiseLinearFit(Float64Array.from(model.tables[measured]!.slice(1)))
	const top = (index: number) => unitsOf(model, index).slice(0, T)
	const rest = (index: number) => unitsOf(model, index).slice(T)
	const ascending = [...all].sort((x, y) => weight(top(x)) - weight(top(y)) || y - x)
	return { all, ascending, T, c, a, error, top, rest, units: model.sublayers[all[0]!]!.units }
}

/** The corrected search, straight from its formulas. */
export function naiveLatencySearch(model: ToyEncoder): NaivePlan | undefined {
	const [h, n] = [kindOf(model, "attention"), kindOf(model, "ffn")]
	const limit = model.budget * (1 + 1e-9)
	let found: NaivePlan | undefined
	for (let dh = 0; dh <= h.all.length; dh++) {
		for (let dn = 0; dn <= n.all.length; dn++) {
			const hs = h.all.filter((index) => !h.ascending.slice(0, dh).includes(index))
			const ns = n.all.filter((index) => !n.ascending.slice(0, dn).includes(index))
			const always = [...hs.flatMap(h.top), ...ns.flatMap(n.top)]
			const [heads, neurons] = [best(hs.flatMap(h.rest)), best(ns.flatMap(n.rest))]
			const fits = (nh: number, nn: number) =>
				hs.length * h.c + ns.length * n.c + nh * h.a + nn * n.a <= limit - model.fixed
			for (let nh = 0; nh <= heads.length; nh++) {
				let nn = neurons.length
				while (nn >= 0 && !fits(nh, nn)) nn--
				if (nn < 0) continue
				const plan = planOf(model, [...always, ...heads.slice(0, nh), ...neurons.slice(0, nn)])
				const cost = plan.kept.reduce((sum, { length }, index) => sum + model.tables[index]![length]!, model.fixed)
				if (cost <= limit && (found === undefined || plan.loss < found.loss)) found = plan
			}
		}
	}
	return found
}

/** The code's double loop: one budget for all, the objective without the first T, dropped sublayers' units as weightless. */
export function naiveStrictSearch(model: ToyEncoder): NaivePlan | "too small" | "impossible" {
	const [h, n] = [kindOf(model, "attention"), kindOf(model, "ffn")]
	if (n.a === 0 || h.T === h.units) return "impossible"
	let maxLatency = model.budget - model.fixed
	let found: { plan: NaivePlan; importance: number } | undefined
	for (let dh = 0; dh < h.all.length; dh++) {
		for (let dn = 0; dn < n.all.length; dn++) {
			const [goneHeads, goneNeurons] = [h.ascending.slice(0, dh), n.ascending.slice(0, dn)]
			const zeroed = (gone: readonly number[]) => (each: Unit) =>
				gone.includes(each.sublayer) ? { ...each, score: 0 } : each
			const heads = best(h.all.flatMap(h.rest).map(zeroed(goneHeads)))
			const neurons = best(n.all.flatMap(n.rest).map(zeroed(goneNeurons)))
			const [hs, ns] = [h.ascending.slice(dh), n.ascending.slice(dn)]
			maxLatency -= hs.length * h.c + ns.length * n.c
			if (maxLatency < 0) continue
			for (let nh = 1; nh <= hs.length * (h.units - h.T); nh++) {
				const nn = Math.trunc((maxLatency - nh * h.a) / n.a)
				if (nn < 0) break
				const bought = [...heads.slice(0, nh), ...neurons.slice(0, nn)]
				if (weight(bought) <= (found?.importance ?? 0)) continue
				const original = bought.map((each) => ({ ...each, score: model.scores[each.sublayer]![each.unit]! }))
				const always = [...hs.flatMap(h.top), ...ns.flatMap(n.top)]
				found = { plan: planOf(model, [...always, ...original]), importance: weight(bought) }
			}
		}
	}
	if (found !== undefined) return found.plan
	const enough = model.fixed + h.all.length * (h.c + n.c) + h.a
	return model.budget < enough ? "too small" : "impossible"
}
