/** Milliseconds of each of so many runs, one after the other, by this thread's clock. */
export async function timedRuns(run: () => Promise<unknown>, runs: number): Promise<Float64Array> {
	const milliseconds = new Float64Array(runs)
	for (let i = 0; i < runs; i++) {
		const start = performance.now()
		await run()
		milliseconds[i] = performance.now() - start
	}
	return milliseconds
}
