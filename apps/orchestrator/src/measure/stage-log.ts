import { setImmediate } from "node:timers/promises"
import type { Run } from "@winnow/tensor"
import { peakMemory } from "./peak-memory.ts"

/** What one stage took. */
export interface StageCost {
	readonly name: string
	readonly seconds: number
	/** Most resident memory of the process while it ran. */
	readonly peakMiB: number
}

/** Runs the stages of a long computation, reports that they begin and end, and keeps what each took. */
export class StageLog {
	readonly costs: StageCost[]
	readonly #run: Run

	constructor(run: Run, earlier: readonly StageCost[] = []) {
		this.#run = run
		this.costs = [...earlier]
	}

	/** A log that goes on from here: for one of several results that share what was done before. */
	branch(): StageLog {
		return new StageLog(this.#run, this.costs)
	}

	/**
	 * Runs one stage; what it reports of its progress goes on under the stage's name, and under its own where it is one of `parts`.
	 *
	 * @throws what the stage throws; `signal.reason` when aborted before it begins or once it has ended
	 */
	async time<Result>(
		name: string,
		work: (run: Run) => Result | Promise<Result>,
		{ parts = [] }: { readonly parts?: readonly string[] } = {},
	): Promise<Result> {
		const { signal, onProgress } = this.#run
		signal?.throwIfAborted()
		onProgress?.({ stage: name, done: 0, total: 1 })
		// A stage that computes without a pause still lets signals and the report above through.
		await setImmediate()
		const peak = peakMemory()
		const start = performance.now()
		try {
			const shown = (stage: string) => (parts.includes(stage) ? stage : name)
			const result = await work({
				signal,
				onProgress: (progress) => onProgress?.({ ...progress, stage: shown(progress.stage) }),
			})
			await setImmediate()
			signal?.throwIfAborted()
			this.costs.push({ name, seconds: (performance.now() - start) / 1000, peakMiB: peak.end() })
			return result
		} finally {
			peak.end()
		}
	}
}
