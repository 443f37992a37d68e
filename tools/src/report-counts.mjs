/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The counts of a run that never came to its tests. */
export const ranNothing = { passed: 0, failed: 1, skipped: 0 }

/**
 * Prints the closing line of a run and sets the exit code.
 *
 * @param {Counts} counts
 */
export function reportCounts({ passed, failed, skipped }) {
	console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`)
	if (failed > 0) process.exitCode = 1
}
