import { check } from "./check.mjs"
import { pack } from "./pack.mjs"
import { release } from "./release.mjs"
import { ranNothing, reportCounts } from "./report-counts.mjs"
import { SetUpError, setUp } from "./set-up.mjs"
import { startDemo } from "./start-demo.mjs"
import { startWinnow } from "./start-winnow.mjs"
import { test } from "./test.mjs"

const commands = { start: startDemo, test, check, pack, release, winnow: startWinnow, "set-up": setUp }

/**
 * Runs a command of the workspace and sets the exit code.
 *
 * @param {string[]} args
 */
export async function main([name = "", ...args]) {
	const command = commands[/** @type {keyof typeof commands} */ (name)]
	if (!command)
		return fail(`run: the command must be one of ${Object.keys(commands).join(", ")} (was ${name || "missing"})`)
	try {
		await command(args)
	} catch (error) {
		if (!(error instanceof SetUpError)) throw error
		fail(error.message)
		if (command === test || command === check) reportCounts(ranNothing)
	}
}

/** @param {string} line */
function fail(line) {
	console.error(line)
	process.exitCode = 1
}
