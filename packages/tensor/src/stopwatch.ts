/** A model of some widths, ready to be timed. */
export interface Timed {
	/**
	 * Runs the model so many times in a row, on the same input.
	 *
	 * @returns milliseconds of each run
	 */
	time(runs: number): Promise<ArrayLike<number>>
	/** Frees what it holds. */
	release(): Promise<void>
}

/** Where latency is measured: a runtime on this machine, a phone, or a clock made up for a test. */
export interface Stopwatch {
	/** What tells the time, and where it stands: written into results. */
	readonly clock: string
	/** What runs the models: written into results. */
	readonly runtime: string
	/**
	 * Makes a slim model ready: as the one that will serve, of other widths. What its weights say is of no matter.
	 *
	 * @param kept - how many units each sublayer has, in model order; zero is legal
	 */
	prepare(kept: readonly number[]): Promise<Timed>
}
