/** How far a long stage is. `secondsLeft` is there once it can be told. */
export interface Progress {
	readonly stage: string
	readonly done: number
	readonly total: number
	readonly secondsLeft?: number
}

/** What every long function takes: a way to stop it and a way to watch it. */
export interface Run {
	/** Aborting rejects with `signal.reason` within one batch. */
	readonly signal?: AbortSignal | undefined
	readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * Reports the steps of one stage: call it with how much is done, after each step.
 *
 * Throws `signal.reason` when the run was aborted, so that no step begins after an abort.
 */
export function progressOf(stage: string, total: number, run: Run = {}): (done: number) => void {
	const start = performance.now()
	return (done) => {
		run.signal?.throwIfAborted()
		const left = ((performance.now() - start) / 1000 / done) * (total - done)
		run.onProgress?.({ stage, done, total, ...(done > 0 ? { secondsLeft: left } : {}) })
	}
}
