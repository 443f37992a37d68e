import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, sep } from "node:path"
import { setTimeout } from "node:timers/promises"
import { buildWhenStale } from "./build-when-stale.mjs"
import { bin } from "./start-winnow.mjs"
import { root } from "./workspace.mjs"

/** Rows of the demo's data: enough to prune, few enough for a run of seconds. */
const rows = { "train.tsv": 256, "dev.tsv": 64, "test.tsv": 32 }

/** So many killed runs, then one that may end, which has to leave nothing but its result. */
const killsInARow = 5

/**
 * @typedef {object} KillRuns
 * @property {number} [runs] how many runs are to be killed (default: 200); those that ended before they could be are not counted
 * @property {number} [seed] of the moments (default: 0)
 * @property {number} [seconds] after which no further run begins (default: 3600)
 * @property {(line: string) => void} [log] told how far it is
 */

/**
 * Kills runs of `prune` and `export` on the demo model (SIGKILL) at random moments, half of them while the output is being written, and looks at
 * what they leave: under the output's name nothing, or a finished folder; after the next run that ends, nothing else.
 *
 * @param {KillRuns} [options]
 * @returns {Promise<{ runs: number, killed: number, faults: string[], seconds: number }>} runs that were meant to be killed; those of them that had
 * not ended by then
 */
export async function killRuns({ runs = 200, seed = 0, seconds = 3600, log = () => {} } = {}) {
	await buildWhenStale(bin)
	const place = mkdtempSync(join(tmpdir(), "winnow-kills-"))
	const start = performance.now()
	const passed = () => (performance.now() - start) / 1000
	const outcome = { runs: 0, killed: 0, faults: /** @type {string[]} */ ([]), seconds: 0 }
	try {
		writeData(join(place, "data"))
		const random = randomNumbers(seed)
		const [pruning, exporting] = commandsIn(place)
		const usual = {
			pruning: await lengthOf(pruning, place, outcome.faults),
			exporting: await lengthOf(exporting, place, outcome.faults),
		}
		while (outcome.killed < runs && passed() < seconds && outcome.faults.length === 0) {
			const isPruning = random() < 0.5
			const { isKilled, moment } = isPruning
				? await killed(pruning, usual.pruning, { place, random })
				: await killed(exporting, usual.exporting, { place, random })
			outcome.runs++
			if (isKilled) outcome.killed++
			outcome.faults.push(...faultsOf(place, `run ${outcome.runs}, killed ${moment}`))
			if (outcome.runs % killsInARow === 0 || outcome.killed === runs) {
				const { code, output } = await started((isPruning ? exporting : pruning).args).end
				const name = `the run after run ${outcome.runs}`
				if (code !== 0) outcome.faults.push(`${name}: it must end well (was exit code ${code}: ${output})`)
				outcome.faults.push(...faultsOf(place, name), ...leftoversIn(place, name))
				log(`${outcome.killed} of ${runs} killed, in ${outcome.runs} runs, ${Math.round(passed())} s`)
			}
		}
		return { ...outcome, seconds: passed() }
	} finally {
		rmSync(place, { recursive: true, force: true })
	}
}

/** @param {string} folder */
function writeData(folder) {
	mkdirSync(folder)
	for (const [name, count] of Object.entries(rows)) {
		const lines = readFileSync(join(root, "packages/demo/data", name), "utf8").split("\n")
		writeFileSync(join(folder, name), `${lines.slice(0, count + 1).join("\n")}\n`)
	}
}

/**
 * Both write the same output, so that one finds what the other left.
 *
 * @param {string} place
 */
function commandsIn(place) {
	const model = join(root, "packages/demo/model")
	const out = ["--out", join(place, "out", "slim"), "--threads", "1"]
	const data = ["--task", "sst2", "--data", join(place, "data"), "--macs", "0.5", "--samples", "64", "--no-timing"]
	/** @type {[Run, Run]} */
	const commands = [
		{ name: "prune", args: ["prune", model, ...data, ...out] },
		{ name: "export", args: ["export", model, "--formats", "fp32,int8", ...out] },
	]
	return commands
}

/** @typedef {{ name: string, args: readonly string[] }} Run */

/**
 * Milliseconds that a run takes, from its start and from when it begins to write.
 *
 * @param {Run} run
 * @param {string} place
 * @param {string[]} faults
 */
async function lengthOf({ name, args }, place, faults) {
	const start = performance.now()
	const run = started(args)
	await writing(run, place)
	const written = performance.now()
	const { code, output } = await run.end
	if (code !== 0) faults.push(`${name}: it must end well (was exit code ${code}: ${output})`)
	return { all: performance.now() - start, write: performance.now() - written }
}

/**
 * Kills a run at a moment of its whole length, or of the time in which it writes.
 *
 * @param {Run} run
 * @param {{ all: number, write: number }} usual
 * @param {{ place: string, random: () => number }} options
 */
async function killed({ name, args }, usual, { place, random }) {
	const isWriting = random() < 0.5
	const wait = random() * (isWriting ? usual.write : usual.all)
	const run = started(args)
	if (isWriting) await writing(run, place)
	const start = performance.now()
	await Promise.race([setTimeout(wait), run.end])
	run.child.kill("SIGKILL")
	const { code } = await run.end
	// The machine is faster than it was: moments are drawn from the time that a run takes now.
	if (code !== null) usual[isWriting ? "write" : "all"] = performance.now() - start
	const when = `${Math.round(wait)} ms after ${isWriting ? "it began to write" : "its start"}`
	return { isKilled: code === null, moment: `(${name}) ${when}` }
}

/** @param {readonly string[]} args */
function started(args) {
	const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "pipe"] })
	let output = ""
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (output += piece))
	/** @type {Promise<{ code: number | null, output: string }>} */
	const end = new Promise((resolve) => void child.on("close", (code) => resolve({ code, output: output.trim() })))
	return { child, end }
}

/**
 * Until a hidden folder of this run is there, or it has ended.
 *
 * @param {ReturnType<typeof started>} run
 * @param {string} place
 */
async function writing({ child, end }, place) {
	let isOver = false
	void end.then(() => (isOver = true))
	const isThere = () => names(join(place, "out")).some((name) => name.includes(`-${child.pid}-`))
	while (!isOver && !isThere()) await setTimeout(5)
}

/**
 * What is under the output's name and is no finished folder.
 *
 * @param {string} place
 * @param {string} name
 * @returns {string[]}
 */
function faultsOf(place, name) {
	const out = join(place, "out", "slim")
	if (!existsSync(out)) return []
	const list = join(out, "SHA256SUMS")
	if (!existsSync(list)) return [`${name}: the output must be finished or not there (was without SHA256SUMS)`]
	const listed = new Map(
		readFileSync(list, "utf8")
			.trimEnd()
			.split("\n")
			.map((line) => [line.slice(66), line.slice(0, 64)]),
	)
	const present = readdirSync(out, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(out, join(entry.parentPath, entry.name)).split(sep).join("/"))
		.filter((path) => path !== "SHA256SUMS")
	const wrong = [...new Set([...listed.keys(), ...present])].filter((path) => {
		const file = join(out, path)
		return !existsSync(file) || createHash("sha256").update(readFileSync(file)).digest("hex") !== listed.get(path)
	})
	return wrong.map((path) => `${name}: ${path} must be as SHA256SUMS says (was not)`)
}

/**
 * @param {string} place
 * @param {string} name
 */
function leftoversIn(place, name) {
	const left = names(join(place, "out")).filter((each) => each !== "slim")
	return left.map((each) => `${name}: nothing must be left beside the output (was ${each})`)
}

/** @param {string} folder */
function names(folder) {
	return existsSync(folder) ? readdirSync(folder) : []
}

/**
 * Numbers from 0 to 1, always the same for a seed (mulberry32).
 *
 * @param {number} seed
 */
function randomNumbers(seed) {
	let state = seed >>> 0
	return () => {
		state = (state + 0x6d2b79f5) >>> 0
		let bits = Math.imul(state ^ (state >>> 15), state | 1)
		bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
		return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
	}
}
