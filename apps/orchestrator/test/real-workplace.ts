import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { demoDataFolder } from "@winnow/demo"
import { writeHeadedModel } from "@winnow/fixtures"
import { installedModel } from "@winnow/testing"

const rows = { train: 256, dev: 128, test: 128 }

/**
 * All-MiniLM-L6-v2 under a head that nobody trained, and so few of the demo's reviews that a prune takes seconds.
 *
 * A test that uses it needs it: `needs("all-minilm-l6-v2")`.
 */
export async function writeRealWorkplace(folder: string) {
	const [model, data] = [join(folder, "model"), join(folder, "reviews")]
	await writeHeadedModel(model, { source: installedModel("all-minilm-l6-v2") })
	await mkdir(data)
	for (const [split, count] of Object.entries(rows)) {
		const lines = (await readFile(join(demoDataFolder(), `${split}.tsv`), "utf8")).split("\n")
		await writeFile(join(data, `${split}.tsv`), `${lines.slice(0, count + 1).join("\n")}\n`)
	}
	return { model, task: "sst2", data, samples: 96 } as const
}
