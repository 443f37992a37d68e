import { progressOf, type Run, type Stopwatch, type Timed } from "@winnow/tensor"
import type { Timing } from "./latency-table.ts"
import { median } from "./robust.ts"
import { type RoundsOptions, type TimedTogether, timeTogether } from "./time-together.ts"

/** How many units each sublayer of a model keeps. */
export type Widths = readonly number[]

/** Models that lie in memory at once. */
const together = 6

/** Standard errors above this are not put up with at once. */
const noisy = 0.02

export interface ProbeOptions extends Run, Pick<RoundsOptions, "rounds" | "precision"> {}

/**
 * Latencies of whole models of many widths, measured a few at a time, each time beside one reference: as multiples of its latency they
 * are comparable, even if the machine was slower for some.
 */
export class Probes {
	readonly #watch: Stopwatch
	readonly #reference: Widths
	readonly #options: ProbeOptions
	readonly #known = new Map<string, TimedTogether>()
	/** Of the reference, one a group. */
	readonly #references: number[] = []

	constructor(watch: Stopwatch, reference: Widths, options: ProbeOptions) {
		this.#watch = watch
		this.#reference = reference
		this.#options = options
		this.#known.set(String(reference), { ms: 1, p10: 1, p90: 1, ratio: 1, error: 0 })
	}

	/**
	 * Measures those that were not yet. What stays noisy is measured once more, and the better of the two counts.
	 *
	 * @throws what the stopwatch throws; `signal.reason` when aborted
	 */
	async measure(stage: string, models: readonly Widths[]): Promise<void> {
		const todo = new Map(models.map((widths) => [String(widths), widths]))
		for (const known of this.#known.keys()) todo.delete(known)
		const all = [...todo.values()]
		const progress = progressOf(stage, all.length, this.#options)
		for (let start = 0; start < all.length; start += together) {
			progress(start)
			const group = all.slice(start, start + together)
			const first = await this.#timed(group)
			const again = first.some(({ error }) => error > noisy) ? await this.#timed(group) : first
			for (const [index, widths] of group.entries()) {
				this.#known.set(String(widths), again[index]!.error < first[index]!.error ? again[index]! : first[index]!)
			}
		}
		progress(all.length)
	}

	async #timed(group: readonly Widths[]): Promise<readonly TimedTogether[]> {
		const { signal, rounds, precision } = this.#options
		const ready: Timed[] = []
		try {
			for (const widths of [this.#reference, ...group]) ready.push(await this.#watch.prepare(widths))
			const options = { signal, ...(rounds && { rounds }), ...(precision && { precision }) }
			const [reference, ...others] = await timeTogether(ready, options)
			this.#references.push(reference!.ms)
			return others
		} finally {
			for (const each of ready) await each.release()
		}
	}

	/** As a multiple of the reference's latency. */
	ratio(widths: Widths): number {
		return this.#known.get(String(widths))!.ratio
	}

	/** The reference's latency: the median over all that it was measured beside. */
	get unit(): number {
		return median(this.#references)
	}

	timing(widths: Widths): Timing {
		const { ms, p10, p90, ratio } = this.#known.get(String(widths))!
		const median = ratio * this.unit
		return { ms: median, p10: (median * p10) / ms, p90: (median * p90) / ms }
	}

	/** Standard error of the least certain measurement, as a multiple of the reference's latency. */
	get error(): number {
		return Math.max(...[...this.#known.values()].map(({ ratio, error }) => ratio * error))
	}
}
