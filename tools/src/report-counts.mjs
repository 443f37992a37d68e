/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {Readonly<Record<string, number>>} missing - what skipped tests would have needed, and how many of them
 * @property {readonly string[]} failures - a line each
 */

/** The counts of a run that never came to its tests. */
export const ranNothing = { passed: 0, failed: 1, skipped: 0, missing: {}, failures: [] }

/**
 * Prints what failed, what skipped tests would have needed and the closing line of a run, and sets the exit code.
 *
 * @param {Counts} counts
 */
export function reportCounts({ passed, failed, skipped, missing, failures }) {
	if (failures.length > 0) console.log(`\n${failures.join("\n")}`)
	const needs = Object.entries(missing).sort(([, a], [, b]) => b - a)
	if (needs.length > 0) console.log("\nTests were skipped that need what is not here:")
	for (const [need, tests] of needs) console.log(`${String(tests).padStart(6)}  ${need}`)
	console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`)
	if (failed > 0) process.exitCode = 1
}
