import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { encodeExamples, parseSampleIndices, readExamples, taskNamed } from "@winnow/glue-eval"
import type { Sample } from "@winnow/tensor"
import { loadTokenizer } from "@winnow/tokenizer"

/** The rows of STS-B that the golden gradients were computed on. */
export async function calibrationSamples(shared: string, modelFolder: string): Promise<readonly Sample[]> {
	const task = taskNamed("stsb")
	const { examples } = await readExamples(task, join(shared, "data/glue/STS-B"), { split: "train" })
	const golden = join(shared, "goldens/kwon2022-stsb/golden.json")
	const indices = parseSampleIndices(await readFile(golden, "utf8"), examples.length, golden)
	const chosen = Array.from(indices, (i) => examples[i]!)
	return encodeExamples(task, chosen, await loadTokenizer(modelFolder))
}
