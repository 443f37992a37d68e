/** Runs of one arm. */
interface Work {
	readonly arm: string
	readonly runs: number
}

/**
 * How long runs will take, by the mean of those of their arm, or else of all that were timed; undefined before the first.
 *
 * @param timed - seconds each of earlier runs
 */
export function secondsLeft(
	timed: readonly { readonly arm: string; readonly seconds: number }[],
	work: readonly Work[],
): number | undefined {
	if (timed.length === 0) return undefined
	const overall = meanSeconds(timed)
	return work.reduce((sum, { arm, runs }) => {
		const own = timed.filter((run) => run.arm === arm)
		return sum + runs * (own.length > 0 ? meanSeconds(own) : overall)
	}, 0)
}

function meanSeconds(timed: readonly { readonly seconds: number }[]): number {
	return timed.reduce((sum, { seconds }) => sum + seconds, 0) / timed.length
}

/** `45 s`, `12 min`, `3 h 5 min`. */
export function roughly(seconds: number): string {
	if (seconds < 100) return `${Math.round(seconds)} s`
	const minutes = Math.round(seconds / 60)
	return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
