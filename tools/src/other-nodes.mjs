import { delimiter, dirname } from "node:path"
import { countTests } from "./count-tests.mjs"
import { explainFailure } from "./explain-failure.mjs"
import { runCommand } from "./run-command.mjs"
import { runTests } from "./test.mjs"

const supported = ["20", "22", "24"]

/**
 * One step for each supported major version of Node but the present one: all tests but those that run real models for minutes.
 *
 * @type {readonly import("./run-steps.mjs").Step[]}
 */
export const otherNodeSteps = supported
	.filter((major) => major !== process.versions.node.split(".")[0])
	.map((major) => ({ name: `node ${major}`, run: (env) => testOn(major, env) }))

/**
 * @param {string} major
 * @param {NodeJS.ProcessEnv} env
 */
async function testOn(major, env) {
	const print = "console.log(JSON.stringify([process.version, process.execPath]))"
	const args = ["--yes", "--prefer-offline", `--package=node@${major}`, "--", "node", "-e", print]
	const { ok: fetched, output } = await runCommand("npx", args, { env, capture: true })
	if (!fetched) {
		console.error(explainFailure(output))
		return false
	}
	const [version, path] = JSON.parse(output.trim().split("\n").at(-1) ?? "")
	console.log(`${version}, without real models`)
	const PATH = [dirname(path), env.PATH].join(delimiter)
	const ok = await runTests({ ...env, PATH, WINNOW_NODE: version, WINNOW_QUICK: "1" })
	return { ok, failures: countTests().failures }
}
