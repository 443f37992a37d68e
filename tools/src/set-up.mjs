import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { explainFailure } from "./explain-failure.mjs"
import { runCommand } from "./run-command.mjs"
import { readJson, root, workspacePackages } from "./workspace.mjs"

/** What keeps a command from starting, in one line. */
export class SetUpError extends Error {}

/** Remembers what was installed, and where pnpm lies. Goes when node_modules goes. */
const stampFile = join(root, "node_modules", ".winnow-set-up.json")

/**
 * Installs the workspace's dependencies with the pnpm that package.json names, through npx, unless they are there already: after
 * the first time nothing is asked of the network.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} an environment in which `pnpm` and the workspace's own programs are found
 * @throws {SetUpError} when dependencies cannot be installed
 */
export async function setUp() {
	const { packageManager } = readJson(join(root, "package.json"))
	const stamp = existsSync(stampFile) ? readJson(stampFile) : {}
	const known = stamp.packageManager === packageManager && isPnpmFolder(stamp.pnpmFolder)
	const pnpmFolder = known ? stamp.pnpmFolder : await findPnpm(packageManager)
	const env = environment(pnpmFolder)
	if (stamp.installed === installedFingerprint()) return env
	await install(env)
	writeFileSync(stampFile, JSON.stringify({ packageManager, pnpmFolder, installed: installedFingerprint() }))
	return env
}

/** @param {NodeJS.ProcessEnv} env */
async function install(env) {
	const start = performance.now()
	console.error("set-up: installing dependencies (the first time, or after they changed)")
	const args = ["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"]
	const { ok, output } = await runCommand("pnpm", args, { env, capture: true })
	if (!ok) throw new SetUpError(explainFailure(output))
	console.error(`set-up: installed in ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

/** What decides how dependencies are installed, and pnpm's own record of what it installed last. */
function installedFingerprint() {
	const manifests = workspacePackages().map(({ folder }) => `${folder}/package.json`)
	const decisive = ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", ".npmrc", ...manifests]
	const hash = createHash("sha256").update(`${process.platform} ${process.arch}`)
	for (const file of [...decisive, "node_modules/.pnpm/lock.yaml"])
		if (existsSync(join(root, file))) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)))
	return hash.digest("hex")
}

/**
 * Folder of the pnpm that npx fetches once and keeps.
 *
 * @param {string} packageManager - name and version
 */
async function findPnpm(packageManager) {
	const args = ["--yes", "--prefer-offline", `--package=${packageManager}`, "--", "node", "-p", "process.env.PATH"]
	const { ok, output } = await runCommand("npx", args, { env: patientEnvironment(), capture: true })
	const folder = output.trim().split("\n").at(-1)?.split(delimiter).find(isPnpmFolder)
	if (!ok || !folder) throw new SetUpError(explainFailure(output))
	return folder
}

/** @param {string | undefined} folder */
function isPnpmFolder(folder) {
	return folder !== undefined && existsSync(join(folder, process.platform === "win32" ? "pnpm.cmd" : "pnpm"))
}

/** @param {string} pnpmFolder */
function environment(pnpmFolder) {
	const path = [join(root, "node_modules", ".bin"), pnpmFolder, process.env.PATH].join(delimiter)
	return {
		...patientEnvironment(),
		PATH: path,
		TURBO_TELEMETRY_DISABLED: "1",
		TURBO_NO_UPDATE_NOTIFIER: "1",
		// Results of one version of Node are not those of another.
		WINNOW_NODE: process.version,
	}
}

/** Retries for seconds, not minutes, before it is said that the registry cannot be reached. */
function patientEnvironment() {
	return { ...process.env, npm_config_fetch_retry_mintimeout: "1000", npm_config_fetch_retry_maxtimeout: "5000" }
}
