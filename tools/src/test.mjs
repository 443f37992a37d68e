import { existsSync, realpathSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join, resolve } from "node:path"
import { installedActionlint } from "./actionlint.mjs"
import { installedChromium } from "./chromium.mjs"
import { countTests, forgetTestResults } from "./count-tests.mjs"
import { modelVariables } from "./models.mjs"
import { installedPython } from "./python-environment.mjs"
import { reportCounts } from "./report-counts.mjs"
import { runCommand } from "./run-command.mjs"
import { runSteps } from "./run-steps.mjs"
import { setUp } from "./set-up.mjs"
import { root } from "./workspace.mjs"

/** @type {import("./run-steps.mjs").Step} */
export const testStep = { name: "test", run: runTests }

/** `npm test`: sets up, runs the tests of every package, ends with the line `N passed, N failed`. */
export async function test() {
	forgetTestResults()
	const outcomes = await runSteps([testStep], await setUp())
	reportCounts(testCounts(outcomes.every(({ ok }) => ok)))
}

/**
 * Runs every package's tests that have no cached success, on after a failure. Two at a time at most: beside the cores, they share
 * the memory bandwidth.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export async function runTests(env) {
	forgetTestResults()
	const parallel = `--concurrency=${Math.min(2, availableParallelism())}`
	const args = ["run", "test", "--continue", "--output-logs=new-only", "--log-order=grouped", parallel]
	const found = {
		WINNOW_LIBTENSORFLOW: libtensorflow(),
		WINNOW_PYTHON: installedPython() ?? "none",
		WINNOW_CHROMIUM: installedChromium() ?? "none",
		WINNOW_ACTIONLINT: installedActionlint() ?? "none",
		...modelVariables(),
		...sharedVariables(),
	}
	const { ok } = await runCommand("turbo", args, { env: { ...env, ...found } })
	return ok
}

/** Which TensorFlow the tests find, for turbo: results with its own library are not those without it. */
function libtensorflow() {
	const binding = join(root, "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node")
	return existsSync(binding) ? realpathSync(binding) : "none"
}

/** Where the tests find the folder `shared`; and whether, for turbo: results with it are not those without it. */
function sharedVariables() {
	const named = process.env.WINNOW_SHARED
	const elsewhere = named && named !== "required" ? resolve(named) : undefined
	const folder = elsewhere ?? join(root, "../shared")
	// As `isSharedThere` of packages/testing has it.
	const isFound = ["data", "goldens", "models"].every((name) => existsSync(join(folder, name)))
	return { ...(elsewhere && { WINNOW_SHARED: elsewhere }), WINNOW_SHARED_FOUND: isFound ? "yes" : "none" }
}

/**
 * What the run came to, from the results it left. A run that failed counts at least one failure.
 *
 * @param {boolean} ok - whether the run exited as a success
 */
export function testCounts(ok) {
	const counts = countTests()
	return { ...counts, failed: ok ? counts.failed : Math.max(1, counts.failed) }
}
