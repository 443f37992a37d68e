import { runCommand } from "../src/run-command.mjs"
import { SetUpError } from "../src/set-up.mjs"

const programs = [
	{ name: "python3 with pip", command: ["python3", "-m", "pip", "--version"], debian: "python3-pip" },
	{ name: "g++", command: ["g++", "--version"], debian: "g++" },
	{ name: "npm", command: ["npm", "--version"], debian: "npm" },
]

/**
 * The pins are of wheels for one kind of system.
 *
 * @param {string} [system]
 */
export function checkSystem(system = presentSystem()) {
	if (system === "linux x64") return
	throw new SetUpError(`libtensorflow: the system must be linux x64 with glibc (was ${system})`)
}

function presentSystem() {
	const { platform, arch, report } = process
	const musl = platform === "linux" && !(/** @type {any} */ (report.getReport()).header.glibcVersionRuntime)
	return `${platform} ${arch}${musl ? " with musl" : ""}`
}

/**
 * What fetches and compiles, asked for before anything is fetched.
 *
 * @param {NodeJS.ProcessEnv} env
 * @throws {SetUpError} that names all that is missing, with Debian's names for it
 */
export async function checkPrograms(env) {
	const present = await Promise.all(
		programs.map(
			async ({ command: [program = "", ...args] }) => (await runCommand(program, args, { env, capture: true })).ok,
		),
	)
	const missing = programs.filter((_, i) => !present[i])
	if (missing.length === 0) return
	const names = missing.map(({ name }) => name).join(", ")
	const install = `on Debian: apt-get install ${missing.map(({ debian }) => debian).join(" ")}`
	throw new SetUpError(`libtensorflow: these must be in the PATH: ${names} (was missing; ${install})`)
}
