import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { runCommand } from "./run-command.mjs"
import { SetUpError, setUp } from "./set-up.mjs"
import { root, workspacePackages } from "./workspace.mjs"

/** Nothing that Winnow needs has an install script: ONNX Runtime's only fetches CUDA, from a host that not everybody reaches. */
export const withoutScripts = "--ignore-scripts"

/** Where the tarballs go. */
const folder = join(root, "out/packages")

/** `npm run pack`: builds every package that is published and writes it as npm would deliver it, for a project elsewhere to install. */
export async function pack() {
	const env = await setUp()
	console.error("pack: building the packages, with their declarations (a minute or two the first time)")
	await mustRun("turbo", ["run", "bundle", "declare", "--output-logs=errors-only"], env)
	rmSync(folder, { recursive: true, force: true })
	await mustRun("pnpm", packArguments(folder), env)
	console.log(`${readdirSync(folder).length} packages; in the folder of your project:

  npm install ${withoutScripts} ${join(folder, "*.tgz")}
`)
}

/**
 * What makes pnpm write the tarball of every published package into a folder.
 *
 * @param {string} folder
 */
export function packArguments(folder) {
	const published = workspacePackages().filter(({ manifest }) => !manifest.private)
	const selected = published.map(({ manifest }) => `--filter=${manifest.name}`)
	return ["--recursive", ...selected, "pack", "--pack-destination", folder]
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function mustRun(program, args, env) {
	const { ok, output } = await runCommand(program, args, { env, capture: true })
	if (!ok) throw new SetUpError(`pack: ${program} must succeed (was)\n${output.trim()}`)
}
