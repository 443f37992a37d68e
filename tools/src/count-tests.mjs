import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { readJson, root, workspacePackages } from "./workspace.mjs"

/** Written by the reporter of vitest.config.ts at the end of a package's run; an output of the task, so a cached run has it too. */
const resultsFile = "test-results.json"

/** Packages that must leave results, which are those with a test task. */
function testedFolders(/** @type {string} */ from) {
	return workspacePackages(from)
		.filter(({ manifest }) => manifest.scripts?.test)
		.map(({ folder }) => folder)
}

/** Removes every package's results, so that none can be counted that this run did not make or fetch from the cache. */
export function forgetTestResults(from = root) {
	for (const folder of testedFolders(from)) rmSync(join(from, folder, resultsFile), { force: true })
}

/**
 * Sums the results of all packages. A package without results did not come to the end of its tests: one failure.
 *
 * @returns {import("./report-counts.mjs").Counts}
 */
export function countTests(from = root) {
	const total = {
		passed: 0,
		failed: 0,
		skipped: 0,
		missing: /** @type {Record<string, number>} */ ({}),
		failures: /** @type {string[]} */ ([]),
	}
	for (const folder of testedFolders(from)) {
		const file = join(from, folder, resultsFile)
		if (!existsSync(file)) {
			total.failed++
			total.failures.push(`${folder} left no results: its run did not reach the end`)
			continue
		}
		const counts = readJson(file)
		total.passed += counts.passed
		total.failed += counts.failed
		total.skipped += counts.skipped
		for (const [need, tests] of Object.entries(counts.missing)) total.missing[need] = (total.missing[need] ?? 0) + tests
		total.failures.push(...counts.failures.map((/** @type {string} */ line) => `${folder}/${line}`))
	}
	return total
}
