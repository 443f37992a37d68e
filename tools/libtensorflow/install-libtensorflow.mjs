import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { makeWhole } from "../src/make-whole.mjs"
import { SetUpError } from "../src/set-up.mjs"
import { root } from "../src/workspace.mjs"
import { compileBinding } from "./compile-binding.mjs"
import { fetchTensorflow } from "./fetch-tensorflow.mjs"
import { cacheFolder } from "./library-cache.mjs"
import { checkPrograms, checkSystem } from "./requirements.mjs"

/**
 * Gives `@tensorflow/tfjs-node-gpu` its native binding, which its own install script would fetch from a host that not everybody
 * reaches, built for a TensorFlow that is years older and asks for a CUDA of its time.
 *
 * pnpm has installed the package without that script. What is missing is one file, linked against the two libraries of a
 * TensorFlow wheel. All three lie in the user's cache directory under a hash of what they are made from; node_modules gets a link.
 *
 * @param {object} options
 * @param {boolean} [options.gpu] - the wheel with CUDA, and NVIDIA's libraries
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {string} [options.workspace] - whose node_modules it is for
 * @param {string} [options.system] - this one, as `platform arch`
 * @returns {Promise<{ folder: string, seconds: number }>} where the library lies and how long it took, 0 when nothing was to do
 * @throws {SetUpError} when something is missing or fails, in one line
 */
export async function installLibtensorflow({ gpu = false, env = process.env, workspace = root, system } = {}) {
	const tfjsNode = installedPackage(workspace)
	const folder = cacheFolder({ gpu, env, tfjsNode })
	const made = join(folder, "tfjs_binding.node")
	const link = join(tfjsNode, "lib/napi-v8/tfjs_binding.node")
	if (existsSync(made) && targetOf(link) === made) return { folder, seconds: 0 }

	const start = performance.now()
	if (!existsSync(folder)) {
		checkSystem(system)
		await checkPrograms(env)
		await makeWhole(folder, async (part) => {
			await fetchTensorflow(part, { gpu, env })
			await compileBinding(part, { tfjsNode, env })
		})
	}
	replaceLink(made, link)
	return { folder, seconds: (performance.now() - start) / 1000 }
}

/** The one folder of the package that everything in the workspace resolves to. */
function installedPackage(/** @type {string} */ workspace) {
	const folder = join(workspace, "node_modules/@tensorflow/tfjs-node-gpu")
	if (existsSync(join(folder, "package.json"))) return realpathSync(folder)
	throw new SetUpError(
		"libtensorflow: @tensorflow/tfjs-node-gpu must be installed, which `pnpm install` does (was missing)",
	)
}

/** @param {string} path */
function targetOf(path) {
	return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined
}

/**
 * Whoever reads the link meanwhile finds the old target or the new one.
 *
 * @param {string} target
 * @param {string} link
 */
function replaceLink(target, link) {
	const part = `${link}.${process.pid}`
	mkdirSync(join(link, ".."), { recursive: true })
	rmSync(part, { force: true })
	symlinkSync(target, part)
	renameSync(part, link)
}
