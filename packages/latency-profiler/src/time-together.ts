import { InvalidInputError, type Run, type Timed } from "@winnow/tensor"
import { median, quantile, standardError } from "./robust.ts"

/** How long one of several models took, all of them measured turn by turn. */
export interface TimedTogether {
	/** Milliseconds of single runs. */
	readonly p10: number
	readonly p90: number
	/** Median over rounds, in milliseconds. */
	readonly ms: number
	/** Median over rounds of the time as a multiple of the first model's in the same round. */
	readonly ratio: number
	/** Standard error of `ratio`, relative to it. */
	readonly error: number
}

export interface RoundsOptions extends Pick<Run, "signal"> {
	/** Rounds at least and at most. */
	readonly rounds?: readonly [least: number, most: number]
	/** Rounds end once the standard error of every ratio is below this. */
	readonly precision?: number
}

/**
 * Times several models side by side: in every round each runs a few times, and is compared with the first one in that round, so that
 * whatever slows the machine slows all of them. Short runs are repeated until caches hold the model's own weights, as they do where it
 * serves; the first run of every visit is not counted then.
 *
 * @param models - the first is what the others are compared with
 * @throws {InvalidInputError} when a time is none, or the first model takes none; `signal.reason` when aborted
 * @example
 * const [dense, slim] = await timeTogether([await watch.prepare(all), await watch.prepare(half)])
 * slim.ratio // => 0.53
 */
export async function timeTogether(
	models: readonly Timed[],
	{ rounds: [least, most] = [5, 25], precision = 0.01, signal }: RoundsOptions = {},
): Promise<readonly TimedTogether[]> {
	const visits: Visits[] = []
	for (const model of models) {
		signal?.throwIfAborted()
		visits.push(new Visits(model, (await timed(model, 1))[0]!))
	}
	for (let round = 0; round < most; round++) {
		// Another model begins every time: none has always the same one before it.
		for (let turn = 0; turn < models.length; turn++) {
			signal?.throwIfAborted()
			await visits[(round + turn) % models.length]!.visit()
		}
		if (round + 1 >= least && visits.every((each) => errorOf(each, visits[0]!) <= precision)) break
	}
	const reference = median(visits[0]?.medians ?? [1])
	if (!(reference > 0)) {
		throw new InvalidInputError("stopwatch", "the time of the first model", "above 0 ms", reference)
	}
	return visits.map((each) => {
		const ratios = ratiosOf(each, visits[0]!)
		return {
			ms: median(each.medians),
			p10: quantile(each.runs, 0.1),
			p90: quantile(each.runs, 0.9),
			ratio: median(ratios),
			error: standardError(ratios) / median(ratios),
		}
	})
}

/** @throws {InvalidInputError} when a stopwatch of the caller's own tells no time */
async function timed(model: Timed, runs: number): Promise<number[]> {
	const times = Array.from(await model.time(runs))
	if (times.length !== runs) throw new InvalidInputError("stopwatch", "the times", `${runs}, one a run`, times.length)
	const bad = times.find((ms) => !(ms >= 0 && ms < Number.POSITIVE_INFINITY))
	if (bad === undefined) return times
	throw new InvalidInputError("stopwatch", "the time of a run", "a finite number of milliseconds, zero or more", bad)
}

function ratiosOf({ medians }: Visits, reference: Visits): number[] {
	return medians.map((ms, round) => ms / reference.medians[round]!)
}

function errorOf(visits: Visits, reference: Visits): number {
	const ratios = ratiosOf(visits, reference)
	return standardError(ratios) / median(ratios)
}

/** Runs that take longer hardly notice what is in the caches when they begin. */
const longRun = 100

/** Milliseconds that a visit of a short model should last, so that the clock's grain and single interruptions matter little. */
const visitTime = 10

/** The runs of one model, visit by visit. */
class Visits {
	/** One a visit. */
	readonly medians: number[] = []
	readonly runs: number[] = []
	readonly #model: Timed
	readonly #counted: number
	readonly #skipped: number

	constructor(model: Timed, typical: number) {
		this.#model = model
		this.#skipped = typical < longRun ? 1 : 0
		this.#counted = typical < longRun ? Math.min(10, Math.max(2, Math.ceil(visitTime / typical))) : 1
	}

	async visit(): Promise<void> {
		const times = (await timed(this.#model, this.#skipped + this.#counted)).slice(this.#skipped)
		this.runs.push(...times)
		this.medians.push(median(times))
	}
}
