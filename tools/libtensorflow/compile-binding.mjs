import { cpSync, mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { runOrExplain } from "../src/run-or-explain.mjs"

/**
 * Compiles the package's two sources into `tfjs_binding.node`, linked against the libraries beside it.
 *
 * They speak Node-API and TensorFlow's C interface only, both stable: one binary serves every version of Node, and needs neither
 * node-gyp nor the headers of a certain Node, which often cannot be had.
 *
 * @param {string} folder - with TensorFlow in `site-packages`
 * @param {{ tfjsNode: string, env: NodeJS.ProcessEnv }} options - `tfjsNode`: the folder of `@tensorflow/tfjs-node-gpu`
 */
export async function compileBinding(folder, { tfjsNode, env }) {
	console.error("libtensorflow: compiling the binding")
	const tensorflow = join(folder, "site-packages/tensorflow")
	const headers = join(tensorflow, "include")
	const nodeApi = await fetchNodeApiHeaders(folder, env)
	const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(tfjsNode, "binding", file))
	const language = ["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8"]
	const libraries = ["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"]
	const found = [`-L${tensorflow}`, "-Wl,-rpath,$ORIGIN/site-packages/tensorflow"]
	const output = ["-o", join(folder, "tfjs_binding.node")]
	await runOrExplain(
		"g++",
		[...language, `-I${nodeApi}`, `-I${headers}`, ...sources, ...output, ...found, ...libraries],
		env,
	)
	for (const used of [headers, join(folder, "headers")]) rmSync(used, { recursive: true })
}

/**
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
async function fetchNodeApiHeaders(folder, env) {
	const project = join(folder, "headers")
	mkdirSync(project)
	for (const file of ["package.json", "package-lock.json"])
		cpSync(fileURLToPath(new URL(`pins/${file}`, import.meta.url)), join(project, file))
	await runOrExplain("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", project], env)
	return join(project, "node_modules/node-api-headers/include")
}
