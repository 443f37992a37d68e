import { spawn } from "node:child_process"
import { root } from "./workspace.mjs"

/**
 * Runs a program in the root folder, without standard input.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, capture?: boolean }} [options] - `capture` keeps the output instead of showing it
 * @returns {Promise<{ ok: boolean, output: string }>} `output` holds both streams when captured, else nothing
 */
export function runCommand(program, args, { env = process.env, capture = false } = {}) {
	const { command, words, shell } = startable(program, args)
	const output = capture ? "pipe" : "inherit"
	return new Promise((resolve) => {
		const child = spawn(command, words, { cwd: root, env, shell, stdio: ["ignore", output, output] })
		const pieces = /** @type {Buffer[]} */ ([])
		child.stdout?.on("data", (piece) => pieces.push(piece))
		child.stderr?.on("data", (piece) => pieces.push(piece))
		child.on("error", (error) => resolve({ ok: false, output: `${error}` }))
		child.on("close", (code) => resolve({ ok: code === 0, output: Buffer.concat(pieces).toString() }))
	})
}

/**
 * What to start on this system. Programs of npm are scripts on Windows, which only a shell starts, and it takes words apart that have
 * spaces; an .exe needs none.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
export function startable(program, args, platform = process.platform) {
	if (platform !== "win32" || /\.exe$/i.test(program)) return { command: program, words: args, shell: false }
	const [command = "", ...words] = [program, ...args].map((word) => (/[\s&()^|<>;,=]/.test(word) ? `"${word}"` : word))
	return { command, words, shell: true }
}
