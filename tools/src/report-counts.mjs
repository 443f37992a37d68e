/** @typedef {{ passed: number, failed: number, skipped: number, failures: readonly string[] }} Counts `failures`: a line each */

/** The counts of a run that never came to its tests. */
export const ranNothing = { passed: 0, failed: 1, skipped: 0, failures: [] }

/**
 * Prints what failed and the closing line of a run, and sets the exit code.
 *
 * @param {Counts} counts
 */
export function reportCounts({ passed, failed, skipped, failures }) {
	if (failures.length > 0) console.log(`\n${failures.join("\n")}`)
	console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`)
	if (failed > 0) process.exitCode = 1
}
