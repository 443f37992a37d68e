import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { dataFiles, reviewsCsv } from "./data-files.ts"
import { demoDataFolder } from "./demo-folders.ts"

// Writes the data files: `node dist/write-data.js [--out FOLDER] [--train ROWS] [--seed NUMBER]`. Default: those of this package.
// `--csv FILE` writes the reviews of examples/reviews instead.
const { values } = parseArgs({
	options: {
		csv: { type: "string" },
		out: { type: "string", default: demoDataFolder() },
		train: { type: "string" },
		seed: { type: "string" },
	},
})
const counts = {
	...(values.train === undefined ? {} : { train: Number(values.train) }),
	...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
}
if (values.csv !== undefined) writeFileSync(values.csv, reviewsCsv())
else {
	mkdirSync(values.out, { recursive: true })
	for (const [name, text] of Object.entries(dataFiles(counts))) writeFileSync(join(values.out, name), text)
}
