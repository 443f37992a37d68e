import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { taskNamed } from "@winnow/glue-eval"
import type { Tokenizer } from "@winnow/tokenizer"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { OpenModel } from "../src/prepare/open-model.ts"
import { rowsData } from "../src/prepare/rows-data.ts"

let data: string
beforeAll(async () => (data = await mkdtemp(join(tmpdir(), "winnow-split-"))))
afterAll(() => rm(data, { recursive: true }))

test("says how many broken rows were left out", async () => {
	const rows = ["question1\tquestion2\tis_duplicate", "why\thow\t0", "cut", "off\t1", "who\twho\t1"]
	await writeFile(join(data, "dev.tsv"), rows.join("\n"))
	const notes: string[] = []
	const run = { onNote: (note: string) => notes.push(note) }
	const model = { encoder: { labels: undefined, architecture: { logits: 2, positions: 9 } } } as unknown as OpenModel
	const qqp = rowsData(taskNamed("qqp"), model, { tokenizer: {} as Tokenizer, length: 9, seed: 0 })
	const { inputs } = await qqp.read({ data, split: "dev" }, run)
	expect(inputs.map(({ row }) => row)).toEqual([0, 3])
	expect(notes).toEqual([`${join(data, "dev.tsv")}: 2 broken rows are left out`])
})
