#!/usr/bin/env node
// Keeps what documents show of a finished run: winnow.json without the lists of rows, units and scales.
//
//   node tools/results/collect.mjs out/sst2 docs/results/sst2-0.5.json
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const [folder = "", target = ""] = process.argv.slice(2)
const result = JSON.parse(readFileSync(join(folder, "winnow.json"), "utf8"))
const { samples, kept: _kept, scales: _scales, repairs, ...rest } = result
const shown = {
	...rest,
	samples: { count: samples.indices.length, sha256: samples.sha256 },
	repaired: repairs.filter(({ outcome }) => outcome === "tuned").length,
	sublayers: repairs.length,
}
writeFileSync(target, `${JSON.stringify(shown, null, "\t")}\n`)
