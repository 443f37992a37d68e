/** @typedef {{ name: string, run: (env: NodeJS.ProcessEnv) => Promise<boolean> }} Step */
/** @typedef {{ name: string, ok: boolean, seconds: number }} Outcome */

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
		const ok = await run(env)
		outcomes.push({ name, ok, seconds: (performance.now() - start) / 1000 })
	}
	console.log()
	for (const { name, ok, seconds } of outcomes)
		console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`)
	return outcomes
}
