import { reportCounts } from "./report-counts.mjs"
import { runCommand } from "./run-command.mjs"
import { setUp } from "./set-up.mjs"
import { runTests, testCounts } from "./test.mjs"

/** @typedef {{ name: string, run: (env: NodeJS.ProcessEnv) => Promise<boolean> }} Step */

/** Everything a change must pass. All steps run, whatever the ones before came to. */
const steps = [
	step("lint", "biome", ["ci", "--error-on-warnings", "."]),
	task("typecheck"),
	step("boundaries", "turbo", ["boundaries"]),
	{ name: "test", run: runTests },
	task("build"),
	task("check:package"),
	step("unused", "knip", []),
	{ name: "changesets", run: checkChangesets },
]

/**
 * `pnpm check`: everything CI runs, with seconds per step. The closing line counts the tests, and each other step that fails as
 * one failure. `--tests-exited CODE` says that `npm test` has just run and what it exited with: its results are counted.
 *
 * @param {string[]} args
 */
export async function check(args) {
	const testsExited = args[0] === "--tests-exited" ? args[1] : undefined
	const env = await setUp()
	const todo = testsExited === undefined ? steps : steps.filter(({ name }) => name !== "test")
	const outcomes = []
	for (const step of todo) outcomes.push(await timed(step, env))

	console.log()
	for (const { name, ok, seconds } of outcomes)
		console.log(`${ok ? "ok    " : "FAILED"}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`)
	const failed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name)
	const counts = testCounts(testsExited === undefined ? !failed.includes("test") : testsExited === "0")
	reportCounts({ ...counts, failed: counts.failed + failed.filter((name) => name !== "test").length })
}

/**
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 */
async function timed({ name, run }, env) {
	console.log(`\n── ${name}`)
	const start = performance.now()
	const ok = await run(env)
	return { name, ok, seconds: (performance.now() - start) / 1000 }
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @returns {Step}
 */
function step(name, program, args) {
	return { name, run: async (env) => (await runCommand(program, args, { env })).ok }
}

/** A turbo task in every package that has it; only what failed is shown. */
function task(/** @type {string} */ name) {
	return step(name, "turbo", ["run", name, "--continue", "--output-logs=errors-only"])
}

/**
 * Every changeset must parse and name packages that exist, and on a branch every changed package must have one. Where there is no
 * main to compare with, as in a clone of one commit, only the first is checked.
 *
 * @param {NodeJS.ProcessEnv} env
 */
async function checkChangesets(env) {
	const main = await runCommand("git", ["rev-parse", "--verify", "--quiet", "main"], { env, capture: true })
	return (await runCommand("changeset", ["status", `--since=${main.ok ? "main" : "HEAD"}`], { env })).ok
}
