#!/usr/bin/env node
// `pnpm kill-runs --runs 200 --seed 0 --seconds 3600`: kills runs of `prune` and `export` at random moments (CONTRIBUTING.md, "Commands").
import { killRuns } from "./src/kill-runs.mjs"
import { SetUpError } from "./src/set-up.mjs"

const given = Object.fromEntries(
	["runs", "seed", "seconds"].flatMap((name) => {
		const at = process.argv.indexOf(`--${name}`)
		return at < 0 ? [] : [[name, Number(process.argv[at + 1])]]
	}),
)
try {
	const { runs, killed, faults, seconds } = await killRuns({ ...given, log: (line) => console.error(line) })
	for (const fault of faults) console.error(fault)
	console.log(`${runs} runs, ${killed} killed before they ended, ${faults.length} faults, ${Math.round(seconds)} s`)
	process.exitCode = faults.length > 0 ? 1 : 0
} catch (error) {
	if (!(error instanceof SetUpError)) throw error
	console.error(error.message)
	process.exitCode = 1
}
