import { fileURLToPath } from "node:url"
import { runOrExplain } from "../src/run-or-explain.mjs"

/**
 * Loads the binding in a Node of its own and multiplies matrices with the TensorFlow.js that packages/runtime uses.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} what works, in a few words
 */
export async function prove(env) {
	const proof = fileURLToPath(new URL("multiply-matrices.cjs", import.meta.url))
	const output = await runOrExplain(process.execPath, [proof], { ...env, TF_CPP_MIN_LOG_LEVEL: "3" })
	return output.split("\n").at(-1) ?? ""
}
