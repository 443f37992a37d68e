#!/usr/bin/env node
// Runs again what docs/results shows, on a quiet machine: both presets, every model and budget; prints the commands.
//
//   node tools/results/measure.mjs --models FOLDER --data FOLDER [--only sst2]
//
// FOLDER of models holds minilm-sst2, minilm-stsb, minilm-squad; FOLDER of data holds glue/SST-2, glue/STS-B, squad/split.
import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { root } from "../src/workspace.mjs"
import { collectResult, presentCommit } from "./collect.mjs"

const { values } = parseArgs({
	options: { models: { type: "string" }, data: { type: "string" }, only: { type: "string" } },
})
const { models = "", data = "", only } = values

/** @type {{ task: string, data: string, shares: readonly string[] }[]} */
const runs = [
	{ task: "sst2", data: "glue/SST-2", shares: ["0.7", "0.5", "0.3"] },
	{ task: "stsb", data: "glue/STS-B", shares: ["0.7", "0.5", "0.3"] },
	{ task: "squad", data: "squad/split", shares: ["0.5"] },
]

presentCommit()
mkdirSync(join(root, "out/results"), { recursive: true })
for (const { task, data: folder, shares } of runs.filter(({ task }) => only === undefined || only === task)) {
	for (const preset of ["winnow", "kwon2022"]) {
		for (const share of shares) {
			const out = join(root, "out/results", `${preset}-${task}-${share}`)
			const from = `${join(resolve(models), `minilm-${task}`)} --task ${task} --data ${join(resolve(data), folder)}`
			const how = `--preset ${preset} --macs ${share} --threads 2 --formats none --out ${out}`
			const all = `winnow prune ${from} ${how}`.split(" ")
			console.log(`npx ${all.join(" ")}`)
			execFileSync("npx", all, { cwd: root, stdio: "inherit" })
			collectResult(out, join(root, "docs/results", `${preset}-${task}-${share}.json`))
		}
	}
}
