import { type Gemm64, pauses } from "@winnow/linalg"
import type { RemovalCurve, Run } from "@winnow/tensor"
import { type RemovalMatrices, RemovalProblem } from "./removal-problem.ts"

export interface GreedyOptions extends Pick<Run, "signal"> {
	/** Channels that go at a time; at least a unit's. */
	readonly step: number
	/** Units among which those are chosen. */
	readonly candidates: number
	readonly gemm: Gemm64
	/** Called with how many units have gone. */
	readonly onRemoval: (units: number) => void
}

/** Channels that go between two passes over the whole matrices: more make the rows in between dearer, fewer the passes. */
const SETTLE_AFTER = 96

/**
 * Greedy removal of all units, a few at a time: of the cheapest `candidates` one after the other goes whose charge is least, given
 * those that went; then the whole sublayer compensates for them. So the charges add up to the joint cost, and two units that can
 * stand in for each other are not both taken for the price of none.
 *
 * @param matrices - taken over and overwritten
 * @param channels - of a unit
 * Cost: 2 n^3 operations by `gemm` and about 200 n^2 in this thread, n channels.
 */
export async function removalCurve(
	matrices: RemovalMatrices,
	channels: number,
	{ step, candidates, gemm, onRemoval, signal }: GreedyOptions,
): Promise<RemovalCurve> {
	const together = Math.max(1, Math.floor(step / channels))
	const problem = new RemovalProblem(matrices, channels, Math.max(SETTLE_AFTER, together * channels))
	const count = matrices.inverse.rows / channels
	const order = new Uint32Array(count)
	const loss = new Float64Array(count + 1)
	const pause = pauses(signal)
	let units = Uint32Array.from(order.keys())
	for (let removed = 0; removed < count; ) {
		await pause()
		const { picked, charges } = pickedTogether(problem, together, candidates)
		for (const [k, unit] of picked.entries()) {
			order[removed] = units[unit]!
			loss[removed + 1] = loss[removed]! + charges[k]!
			removed++
		}
		onRemoval(removed)
		if (removed === count) break
		problem.remove(picked)
		if (problem.room >= together * channels) continue
		const stay = await problem.settle(gemm)
		units = stay.map((unit) => units[unit]!)
	}
	return { order, loss }
}

/** Units that go together, one after the other, each with its charge given those before it. */
function pickedTogether(
	problem: RemovalProblem,
	together: number,
	candidates: number,
): { picked: Uint32Array; charges: Float64Array } {
	// The first to go is the cheapest of all: where one goes at a time there is nothing to choose among.
	const pool = problem.cheapest(together === 1 ? 1 : Math.max(candidates, together)).sort()
	const picked = new Uint32Array(Math.min(together, pool.length))
	const charges = new Float64Array(picked.length)
	const choice = problem.among(pool, problem.channels * together)
	for (let k = 0; k < picked.length; k++) {
		const next = choice.cheapest(1)[0]!
		picked[k] = pool[next]!
		charges[k] = choice.charge(next)
		if (k + 1 < picked.length) choice.remove(Uint32Array.of(next))
	}
	return { picked, charges }
}
