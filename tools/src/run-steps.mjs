/** @typedef {boolean | { ok: boolean, failures: readonly string[] }} Result whether it passed, maybe with a line for each failure */
/** @typedef {{ name: string, run: (env: NodeJS.ProcessEnv) => Promise<Result> }} Step */
/** @typedef {{ name: string, ok: boolean, failures: readonly string[], seconds: number }} Outcome */

/**
 * Runs all steps one after the other, whatever the ones before came to, then prints a line for each.
 *
 * @param {readonly Step[]} steps
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome[]>}
 */
export async function runSteps(steps, env) {
	const outcomes = []
	for (const { name, run } of steps) {
		console.log(`\n── ${name}`)
		const start = performance.now()
		const result = await run(env)
		const { ok, failures } = typeof result === "boolean" ? { ok: result, failures: [] } : result
		outcomes.push({ name, ok, failures, seconds: (performance.now() - start) / 1000 })
	}
	console.log()
	for (const { name, ok, seconds } of outcomes)
		console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`)
	return outcomes
}
