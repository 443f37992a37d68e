/** One share that was tried, and what the model of that share scored. */
export interface Trial {
	readonly share: number
	/** Main metric; null where there is no such model, or its score is undefined. */
	readonly score: number | null
}

/** The outcome of a search for the smallest model. */
export interface Smallest {
	readonly share: number
	/** In the order in which they were tried. */
	readonly trials: readonly Trial[]
}

/**
 * The smallest share, in whole percent, that scores at least `lowest`: by bisection, as if scores fell with shares. The whole model
 * passes untried.
 *
 * Cost: at most seven trials.
 */
export async function smallestShare(
	lowest: number,
	scoreAt: (share: number) => Promise<number | null>,
): Promise<Smallest> {
	const trials: Trial[] = []
	let [failing, passing] = [0, 100]
	while (passing - failing > 1) {
		const percent = Math.floor((failing + passing) / 2)
		const trial = { share: percent / 100, score: await scoreAt(percent / 100) }
		trials.push(trial)
		if (trial.score !== null && trial.score >= lowest) passing = percent
		else failing = percent
	}
	return { share: passing / 100, trials }
}
