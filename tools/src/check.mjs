import { otherNodeSteps } from "./other-nodes.mjs"
import { ranNothing, reportCounts } from "./report-counts.mjs"
import { runCommand } from "./run-command.mjs"
import { runSteps } from "./run-steps.mjs"
import { setUp } from "./set-up.mjs"
import { runTests, testCounts, testStep } from "./test.mjs"

/** Everything a change must pass beside the tests. */
const beforeTests = [
	step("lint", "biome", ["ci", "--error-on-warnings", "."]),
	task("typecheck"),
	step("boundaries", "turbo", ["boundaries"]),
	...libtensorflowSteps(),
	step("python", process.execPath, ["tools/install-python.mjs"]),
	...chromiumSteps(),
	{ name: "actionlint", run: installActionlintWithGo },
	step("models", process.execPath, ["tools/install-models.mjs"]),
]
const afterTests = [
	task("build"),
	task("check:package"),
	task("tarballs"),
	step("fuzz", "node", ["tools/fuzz/dist/fuzz.js", "--cases", "500", "--seconds", "60"]),
	step("kills", "node", ["tools/kill-runs.mjs", "--runs", "6", "--seconds", "120"]),
	task("readme-lines"),
	step("demo", "node", ["tools/run.mjs", "start"]),
	...otherNodeSteps,
	step("unused", "knip", []),
	{ name: "changesets", run: checkChangesets },
]

/**
 * `pnpm check`: everything CI runs, with seconds per step. The closing line counts the tests, and each other step that fails as
 * one failure. After `npm test`, `--tests-exited CODE` with its exit code counts the results it left instead of testing again.
 *
 * @param {string[]} args
 */
export async function check([flag, code]) {
	const tested = flag === "--tests-exited"
	// Counted before other versions of Node leave their results in the same place.
	let counts = tested ? testCounts(code === "0") : ranNothing
	const countedTests = {
		name: testStep.name,
		run: async (/** @type {NodeJS.ProcessEnv} */ env) => {
			const ok = await runTests(env)
			counts = testCounts(ok)
			return ok
		},
	}
	const outcomes = await runSteps([...beforeTests, ...(tested ? [] : [countedTests]), ...afterTests], await setUp())
	const failed = outcomes.filter(({ ok, name }) => !ok && name !== testStep.name)
	const failures = failed.flatMap(({ name, failures }) => failures.map((line) => `${name}: ${line}`))
	reportCounts({ ...counts, failed: counts.failed + failed.length, failures: [...counts.failures, ...failures] })
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @returns {import("./run-steps.mjs").Step}
 */
function step(name, program, args) {
	return { name, run: async (env) => (await runCommand(program, args, { env })).ok }
}

/** TensorFlow's own library, for the tests that follow, on the system that it is pinned for. */
function libtensorflowSteps() {
	const pinned = process.platform === "linux" && process.arch === "x64"
	return pinned ? [step("libtensorflow", process.execPath, ["tools/install-libtensorflow.mjs"])] : []
}

/** A browser, for the tests that follow, where Debian's packages run. */
function chromiumSteps() {
	return process.platform === "linux" ? [step("chromium", process.execPath, ["tools/install-chromium.mjs"])] : []
}

/**
 * The linter of workflows, for the test that follows, which is skipped where there is no Go.
 *
 * @param {NodeJS.ProcessEnv} env
 */
async function installActionlintWithGo(env) {
	const hasGo = (await runCommand("go", ["version"], { env, capture: true })).ok
	if (hasGo) return (await runCommand(process.execPath, ["tools/install-actionlint.mjs"], { env })).ok
	console.log("Go is not in the PATH: the workflows are not linted")
	return true
}

/** A turbo task in every package that has it; only what failed is shown. */
function task(/** @type {string} */ name) {
	return step(name, "turbo", ["run", name, "--continue", "--output-logs=errors-only"])
}

/**
 * On a branch, every package that differs from main must have a changeset that main has not. Whether changesets parse, a test says.
 *
 * @param {NodeJS.ProcessEnv} env
 */
async function checkChangesets(env) {
	const inMain = await runCommand("git", ["merge-base", "--is-ancestor", "HEAD", "main"], { env, capture: true })
	const hasMain = await runCommand("git", ["rev-parse", "--verify", "--quiet", "main"], { env, capture: true })
	if (hasMain.ok && !inMain.ok) return (await runCommand("changeset", ["status", "--since=main"], { env })).ok
	console.log("nothing to compare with: this is main, or a clone without it")
	return true
}
