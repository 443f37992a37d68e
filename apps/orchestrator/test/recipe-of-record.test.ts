import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type PruneResult, prune } from "../src/index.ts"
import { mergedRecipe } from "../src/request/merged-recipe.ts"
import { recipeOfRecord } from "../src/request/recipe-of-record.ts"
import { runCommand } from "./run-command.ts"

let folder: string
let demo: { readonly model: string; readonly task: string; readonly data: string }
/** The demo's first rows, as these tests ask nothing of scores. */
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-records-"))
	demo = { model: demoModelFolder(), task: "sst2", data: join(folder, "data") }
	await mkdir(demo.data)
	for (const [name, rows] of Object.entries({ "train.tsv": 256, "dev.tsv": 32, "test.tsv": 32 })) {
		const lines = (await readFile(join(demoDataFolder(), name), "utf8")).split("\n")
		await writeFile(join(demo.data, name), `${lines.slice(0, rows + 1).join("\n")}\n`)
	}
})
afterAll(() => rm(folder, { recursive: true }))

const small = { samples: 48, formats: [], timing: false, threads: 1 }
const weights = (out: string) => readFile(join(out, "model.safetensors"))

/** Makes a result again by the command from its winnow.json. */
async function again(record: string, ...flags: readonly string[]) {
	const out = join(folder, "again")
	const places = [demo.model, "--data", demo.data, "--recipe", join(record, "winnow.json"), "--out", out]
	const { code, stdout, stderr } = await runCommand(["prune", ...places, "--quiet", "--json", ...flags])
	if (code !== 0) throw new Error(stderr)
	return { out, result: JSON.parse(stdout) as PruneResult }
}

describe("the winnow.json of a result as a recipe makes the same bytes again", () => {
	test("of a share, with choices that the preset does not make", async () => {
		const out = join(folder, "share")
		const own = { macs: 0.4, seed: 7, importance: "magnitude", minHeads: 1, lambda: 0.05 } as const
		const before = await prune({ ...demo, ...small, ...own, out })
		const { out: made, result } = await again(out)
		expect(await weights(made)).toEqual(await weights(out))
		const { stages: _, machine: __, ...rest } = result
		expect(before).toMatchObject(JSON.parse(JSON.stringify(rest)))
	})

	test("of a largest drop, of which the share is taken as it was found", async () => {
		const out = join(folder, "drop")
		const { recipe } = await prune({ ...demo, ...small, maxDrop: 30, fewRows: true, out })
		expect(recipe).toMatchObject({ maxDrop: 30, fewRows: true })
		const { out: made, result } = await again(out)
		expect(await weights(made)).toEqual(await weights(out))
		expect(result.recipe.macs).toBe(recipe.macs)
		expect(result.recipe).not.toHaveProperty("maxDrop")
	}, 120_000)

	test("of rows that a file listed", async () => {
		const out = join(folder, "listed")
		const list = join(folder, "rows.json")
		await writeFile(list, JSON.stringify(Array.from({ length: 48 }, (_, index) => 3 * index)))
		await prune({ ...demo, ...small, macs: 0.5, sampleIndices: list, out })
		expect(await readFile(join(out, "README.md"), "utf8")).toContain(
			"48 rows of the training split of sst2, listed in a file",
		)
		const { out: made } = await again(out)
		expect(await weights(made)).toEqual(await weights(out))
	})

	test("and flags win, with what depends on them", async () => {
		const from = join(folder, "drop")
		const { result: smaller } = await again(from, "--macs", "0.3", "--repair", "none", "--samples", "40", "--seed", "2")
		expect(smaller.recipe).toMatchObject({ macs: 0.3, repair: "none", inputRepair: false, samples: 40, seed: 2 })
		expect(smaller.samples.indices).toHaveLength(40)
		const { result: theirs } = await again(from, "--preset", "kwon2022")
		expect(theirs.recipe).toMatchObject({
			preset: "kwon2022",
			importance: "fisher",
			repair: "scale",
			rearrange: "once",
		})
	})
})

test("leaves to the preset what the preset says, and to the seed the rows that it draws again", () => {
	const recipe = { preset: "winnow", importance: "kfac", loss: "sampled", mu: 0.01, macs: 0.5, samples: 2, threads: 3 }
	const record = { schema: "winnow-result/1", recipe, samples: { indices: [4, 1], isListed: false } }
	const chosen = { preset: "winnow", loss: "sampled", macs: 0.5, samples: 2, threads: 3 }
	expect(recipeOfRecord(record, "winnow.json")).toEqual(chosen)
	const older = { ...record, samples: { indices: [4, 1] } }
	expect(recipeOfRecord(older, "winnow.json")).toEqual({ ...chosen, sampleIndices: "winnow.json" })
	const fewer = { ...record, samples: { indices: [4], isListed: false } }
	expect(recipeOfRecord(fewer, "winnow.json")).toEqual({ ...chosen, sampleIndices: "winnow.json" })
})

test("the record of anything else is refused", async () => {
	const path = join(folder, "winnow-of-export.json")
	await writeFile(path, JSON.stringify({ schema: "winnow-export/1", forms: [] }))
	const { code, stderr } = await runCommand(["prune", demo.model, "--recipe", path, "--out", join(folder, "never")])
	const line = `${path}: the record must be that of a pruned model, winnow-result/1 (was winnow-export/1)\n`
	expect([code, stderr]).toEqual([2, line])
})

test.each([
	[{ macs: 0.5, seed: 1 }, { seed: 2 }, { macs: 0.5, seed: 2 }],
	[{ macs: 0.5, seed: 1 }, { maxDrop: 1 }, { maxDrop: 1, seed: 1 }],
	[{ maxDrop: 1, fewRows: true }, { macs: 0.5 }, { macs: 0.5 }],
	[{ maxDrop: 1, fewRows: true }, { maxDrop: 2 }, { maxDrop: 2, fewRows: true }],
	[{ latency: 0.5, batch: 8, precision: "int8" }, { macs: 0.5 }, { macs: 0.5 }],
	[{ latency: 0.5, batch: 8 }, { speedup: 3 }, { speedup: 3, batch: 8 }],
	[{ macs: 0.5, sampleIndices: "a" }, { samples: 3 }, { macs: 0.5, samples: 3 }],
	[{ macs: 0.5, sampleIndices: "a" }, { macs: undefined }, { macs: undefined, sampleIndices: "a" }],
])("of %j and the flags %j the recipe is %j", (file, flags, merged) => {
	expect(mergedRecipe(file, flags)).toEqual(merged)
})
