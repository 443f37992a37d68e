import { runCommand } from "./run-command.mjs"
import { SetUpError } from "./set-up.mjs"

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [where] - for the message
 * @returns {Promise<string>} what it printed
 * @throws {SetUpError} when it fails, with the line that says most about why
 */
export async function runOrExplain(program, args, env, where = "libtensorflow") {
	const { ok, output } = await runCommand(program, args, { env, capture: true })
	if (ok) return output.trim()
	const lines = output.trim().split("\n")
	const line = lines.find((text) => /error|no space left|^E: /i.test(text)) ?? lines.at(-1) ?? ""
	throw new SetUpError(`${where}: ${[program, ...args].slice(0, 4).join(" ")} must succeed (was ${line.trim()})`)
}
