import type { ParetoOptions } from "./pareto-options.ts"

/** How finely the dynamic programme looks. */
export interface Precision {
	/** Up to how many combinations of states and options no state is given up but for a better one. */
	readonly exactCombinations?: number
	/** How many buckets the room is divided into once there are more. */
	readonly buckets?: number
}

/** Plans of the sublayers so far that none beats in both: cost rises, loss falls. */
interface States {
	/** Cost beyond the cheapest. `[state]` */
	readonly excess: Float64Array
	/** `[state]` */
	readonly loss: Float64Array
	/** Which state of the sublayers before it goes on from. `[state]` */
	readonly parent: Uint32Array
	/** Which option of the last sublayer it takes. `[state]` */
	readonly choice: Uint32Array
}

/**
 * Which option each sublayer takes so that the sum of the losses is least, and that of the excess costs at most `room`.
 *
 * One sublayer after the other joins the states. As long as a step has few combinations all states stay that none beats in both cost
 * and loss: the result is the optimum. From the first step on that has more, states fall into buckets of equal width,
 * `room / buckets`, and each bucket keeps its state of least loss, *with its true cost*: nothing above the room comes out, and no
 * sublayer moves a plan further than one width away from a kept state that loses no more. Hence
 *
 *   loss <= optimum of a room smaller by (number of sublayers) widths
 *
 * Of equal losses the lower cost wins; of equals in both, what spends more on the sublayers before the last.
 *
 * Cost: O(sublayers * buckets * options) time, O(sublayers * buckets) memory.
 *
 * @param room - zero or more
 */
export function leastLossChoices(
	sublayers: readonly ParetoOptions[],
	room: number,
	{ exactCombinations = 2 ** 17, buckets = 5000 }: Precision = {},
): Uint32Array {
	// More room than the dearest plan takes would make the buckets wider for nothing.
	const dearest = sublayers.reduce((sum, { excess }) => sum + excess.at(-1)!, 0)
	const most = Math.min(room, dearest)
	let states = noSublayers
	let exact = true
	const steps = sublayers.map((options) => {
		exact &&= states.loss.length * options.loss.length <= exactCombinations
		states = exact ? joinedExactly(states, options, most) : joinedInBuckets(states, options, { room: most, buckets })
		return states
	})
	return choicesBehind(steps)
}

const noSublayers: States = {
	excess: Float64Array.of(0),
	loss: Float64Array.of(0),
	parent: Uint32Array.of(0),
	choice: Uint32Array.of(0),
}

/** The options along the way to the last state, that of least loss. */
function choicesBehind(steps: readonly States[]): Uint32Array {
	const choices = new Uint32Array(steps.length)
	let state = (steps.at(-1)?.loss.length ?? 0) - 1
	for (let index = steps.length - 1; index >= 0; index--) {
		choices[index] = steps[index]!.choice[state]!
		state = steps[index]!.parent[state]!
	}
	return choices
}

function joinedExactly(states: States, options: ParetoOptions, room: number): States {
	const combined = emptyStates(states.loss.length * options.loss.length)
	let count = 0
	for (let parent = 0; parent < states.loss.length; parent++) {
		for (let choice = 0; choice < options.loss.length; choice++) {
			const excess = states.excess[parent]! + options.excess[choice]!
			if (excess > room) break
			combined.excess[count] = excess
			combined.loss[count] = states.loss[parent]! + options.loss[choice]!
			combined.parent[count] = parent
			combined.choice[count] = choice
			count++
		}
	}
	const { excess, loss, parent } = combined
	const byCost = new Uint32Array(count)
		.map((_, state) => state)
		.sort((a, b) => excess[a]! - excess[b]! || loss[a]! - loss[b]! || parent[b]! - parent[a]!)
	return undominated(combined, byCost)
}

function joinedInBuckets(
	states: States,
	options: ParetoOptions,
	{ room, buckets }: { readonly room: number; readonly buckets: number },
): States {
	// One more for what fills the room to the last bit.
	const best = emptyStates(buckets + 1)
	best.loss.fill(Number.POSITIVE_INFINITY)
	const perCost = room > 0 ? buckets / room : 0
	const { excess: optionExcess, loss: optionLoss } = options
	for (let parent = 0; parent < states.loss.length; parent++) {
		const [excessBefore, lossBefore] = [states.excess[parent]!, states.loss[parent]!]
		for (let choice = 0; choice < optionLoss.length; choice++) {
			const excess = excessBefore + optionExcess[choice]!
			if (excess > room) break
			const bucket = Math.floor(excess * perCost)
			const loss = lossBefore + optionLoss[choice]!
			if (loss > best.loss[bucket]! || (loss === best.loss[bucket]! && excess > best.excess[bucket]!)) continue
			best.excess[bucket] = excess
			best.loss[bucket] = loss
			best.parent[bucket] = parent
			best.choice[bucket] = choice
		}
	}
	return undominated(
		best,
		best.loss.map((_, bucket) => bucket),
	)
}

function emptyStates(length: number): States {
	return {
		excess: new Float64Array(length),
		loss: new Float64Array(length),
		parent: new Uint32Array(length),
		choice: new Uint32Array(length),
	}
}

/** Of states listed by rising cost, those that lose less than all before them. */
function undominated({ excess, loss, parent, choice }: States, byCost: ArrayLike<number>): States {
	const front: number[] = []
	let least = Number.POSITIVE_INFINITY
	for (let at = 0; at < byCost.length; at++) {
		const state = byCost[at]!
		if (loss[state]! >= least) continue
		least = loss[state]!
		front.push(state)
	}
	return {
		excess: Float64Array.from(front, (state) => excess[state]!),
		loss: Float64Array.from(front, (state) => loss[state]!),
		parent: Uint32Array.from(front, (state) => parent[state]!),
		choice: Uint32Array.from(front, (state) => choice[state]!),
	}
}
