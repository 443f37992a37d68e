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
	const shell = process.platform === "win32"
	const output = capture ? "pipe" : "inherit"
	return new Promise((resolve) => {
		const child = spawn(program, args, { cwd: root, env, shell, stdio: ["ignore", output, output] })
		const pieces = /** @type {Buffer[]} */ ([])
		child.stdout?.on("data", (piece) => pieces.push(piece))
		child.stderr?.on("data", (piece) => pieces.push(piece))
		child.on("error", (error) => resolve({ ok: false, output: `${error}` }))
		child.on("close", (code) => resolve({ ok: code === 0, output: Buffer.concat(pieces).toString() }))
	})
}
