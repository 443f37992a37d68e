import { fileURLToPath } from "node:url"

// Both src/ and dist/ lie directly in the package: the same path leads out of either.

/**
 * Absolute path of the reviews in the form of SST-2: train.tsv and dev.tsv, and test.tsv without labels.
 *
 * @example
 * const { examples } = await readExamples(taskNamed("sst2"), demoDataFolder(), { split: "dev" })
 */
export function demoDataFolder(): string {
	return fileURLToPath(new URL("../data", import.meta.url))
}

/**
 * Absolute path of the model: a BERT of 4 layers with hidden size 128, trained on reviews of the same grammar by tools/demo/train.py.
 *
 * @example
 * const folder = await openModelFolder(demoModelFolder())
 */
export function demoModelFolder(): string {
	return fileURLToPath(new URL("../model", import.meta.url))
}
