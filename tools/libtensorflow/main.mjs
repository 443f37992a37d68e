import { SetUpError, setUp } from "../src/set-up.mjs"
import { installLibtensorflow } from "./install-libtensorflow.mjs"
import { prove } from "./prove.mjs"

/**
 * Installs the library, proves that it computes, says so in one line, and sets the exit code.
 *
 * @param {string[]} args
 */
export async function main(args) {
	const unknown = args.find((arg) => arg !== "--gpu")
	if (unknown) return fail(`libtensorflow: the only option must be --gpu (was ${unknown})`)
	try {
		const env = await setUp()
		const { folder, seconds } = await installLibtensorflow({ gpu: args.includes("--gpu"), env })
		const works = await prove(env)
		const when = seconds === 0 ? "was there already" : `installed in ${seconds.toFixed(1)} s`
		console.log(`libtensorflow: ${works}, ${when} (${folder})`)
	} catch (error) {
		if (!(error instanceof SetUpError)) throw error
		fail(error.message)
	}
}

/** @param {string} line */
function fail(line) {
	console.error(line)
	process.exitCode = 1
}
