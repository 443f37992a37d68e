/**
 * How much faster and smaller than the dense model's are the ONNX files of slim ones, in float32 and in int8?
 *
 *   pnpm bench:export [--rounds N] [--shared FOLDER] [--out FOLDER] [--smoke | --render]
 *
 * All files of a batch size and number of threads are timed turn by turn in one run. `--smoke` runs everything on the demo model and
 * writes nothing; `--render` makes table and plot from the rows that are there.
 */
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { sharedFolder } from "./shared-folder.ts"
import { renderSpeed, slimOnnxBench, smokeBench, speedRows, writeSpeed } from "./speed/slim-onnx-bench.ts"
import { speedTable } from "./speed/speed-document.ts"

const { values } = parseArgs({
	options: {
		rounds: { type: "string" },
		shared: { type: "string", default: sharedFolder() },
		out: { type: "string" },
		smoke: { type: "boolean", default: false },
		render: { type: "boolean", default: false },
	},
})
const repository = new URL("../../../", import.meta.url)
const { shared } = values
const out = values.out ?? fileURLToPath(new URL("docs/benches", repository))

if (values.render) {
	await renderSpeed(out)
} else {
	const bench = values.smoke ? smokeBench() : slimOnnxBench(shared)
	const rounds = Number(values.rounds ?? bench.rounds)
	const rows = await speedRows({ ...bench, rounds }, { onNote: (note) => console.error(note) })
	console.log(speedTable(rows))
	if (!values.smoke) await writeSpeed(rows, out)
}
