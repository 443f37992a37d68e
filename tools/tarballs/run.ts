import { spawnSync } from "node:child_process"

/**
 * Runs a program to its end.
 *
 * @throws when it fails, with all that it printed
 */
export function run(program: string, args: readonly string[], folder: string): { readonly stdout: string } {
	const shell = process.platform === "win32"
	const env = { ...process.env, NODE_OPTIONS: "" }
	const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, env, shell, encoding: "utf8" })
	if (error) throw error
	if (status !== 0) throw new Error(`${program} ${args.join(" ")} must succeed (was ${status})\n${stdout}${stderr}`)
	return { stdout }
}
