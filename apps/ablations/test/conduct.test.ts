import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { NotedRun, Recipe, ResolvedRecipe } from "@winnow/orchestrator"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { conduct, type Laboratory } from "../src/conduct.ts"
import type { Question } from "../src/question.ts"
import type { RowResult } from "../src/row.ts"
import { readRows } from "../src/rows-file.ts"
import { question, row } from "./made-up.ts"

let folder: string
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "winnow-ablations-test-"))
})
afterEach(() => rm(folder, { recursive: true }))

/** As the real one makes choices: what the recipe does not say, a preset does. */
async function check(recipe: Recipe): Promise<ResolvedRecipe> {
	const preset = { importance: "kfac", loss: "logits", mu: 0.01, rounds: 1, rearrange: "none" }
	return { ...preset, strictReference: false, threads: 2, ...recipe } as ResolvedRecipe
}

/** Prunes nothing, writes what the real one would, and keeps the recipes that it was given. */
function pruning(fail?: (recipe: Recipe) => void) {
	const asked: Recipe[] = []
	const prune = async (recipe: Recipe, _run: NotedRun): Promise<readonly RowResult[]> => {
		asked.push(recipe)
		fail?.(recipe)
		if (recipe.curves !== undefined) expect(existsSync(recipe.curves)).toBe(true)
		const resolved = await check(recipe)
		return Promise.all([recipe.macs!].flat().map((macs) => result(recipe, { ...resolved, macs } as never)))
	}
	return { asked, prune }
}

async function result(recipe: Recipe, resolved: RowResult["recipe"]): Promise<RowResult> {
	const { seed } = resolved
	const macs = resolved.macs!
	const result = join(recipe.out, String(macs))
	await mkdir(result, { recursive: true })
	await writeFile(join(result, "curves.json"), "{}")
	if (recipe.keepGradients) await writeFile(join(result, "gradients.safetensors"), "")
	const { score, change, guide, architecture, ...rest } = row({ arm: "winnow", task: recipe.task!, seed, macs })
	const { stages, winnow, runtime, machine, model } = rest
	return {
		...{ score, change, architecture, stages, winnow, runtime, machine },
		guide: { ...guide, source: "test" },
		recipe: resolved,
		macs: { length: 25, dense: 100, pruned: 100 * macs, share: macs },
		samples: { indices: [3, 1, 2], sha256: "samples" },
		model: { ...model, bytes: 1, heads: [2, 2], neurons: [30, 30] },
	}
}

function laboratory(prune: Laboratory["prune"], more: Partial<Laboratory> = {}): Laboratory {
	const file = join(folder, "rows.jsonl")
	return { shared: "/shared", file, commit: "0123456789ab", check, prune, log: () => {}, ...more }
}

/** Task, seed, importance and budgets of every call. */
const shown = (asked: readonly Recipe[]) =>
	asked.map(({ task, seed, importance, macs }) => `${task} ${seed} ${importance ?? "default"} ${macs}`)

const allCalls = ["sst2", "stsb"].flatMap((task) => [
	...["random", "fisher", "default"].map((importance) => `${task} 0 ${importance} 0.5,0.2`),
	...["random", "fisher", "default"].map((importance) => `${task} 1 ${importance} 0.5`),
])

describe("an experiment", () => {
	it("makes a row for every arm at every budget of every seed and task", async () => {
		const { asked, prune } = pruning()
		await conduct(question, laboratory(prune))
		expect(shown(asked)).toEqual(allCalls)
		const rows = await readRows(join(folder, "rows.jsonl"))
		expect(rows).toHaveLength(18)
		expect(rows[0]).toMatchObject({ arm: "random", task: "sst2", seed: 0, macs: 0.5, samples: { count: 3 } })
		expect(rows.at(-1)).toMatchObject({ arm: "winnow", task: "stsb", seed: 1, macs: 0.5, commit: "0123456789ab" })
	})

	it("makes no row again", async () => {
		await conduct(question, laboratory(pruning().prune))
		const before = await readFile(join(folder, "rows.jsonl"), "utf8")
		const { asked, prune } = pruning()
		await conduct(question, laboratory(prune))
		expect(asked).toEqual([])
		expect(await readFile(join(folder, "rows.jsonl"), "utf8")).toBe(before)
	})

	it("goes on where it stopped, with whole rows", async () => {
		const stopping = pruning(({ task, seed }) => {
			if (task === "stsb" && seed === 0) throw new Error("stopped")
		})
		await expect(conduct(question, laboratory(stopping.prune))).rejects.toThrow("stopped")
		expect(await readRows(join(folder, "rows.jsonl"))).toHaveLength(9)
		const { asked, prune } = pruning()
		await conduct(question, laboratory(prune))
		expect(shown(asked)).toEqual(allCalls.filter((call) => call.startsWith("stsb")))
		expect(await readRows(join(folder, "rows.jsonl"))).toHaveLength(18)
	})

	it("makes a budget that is new, and no other of its family", async () => {
		await conduct(question, laboratory(pruning().prune))
		const more: Question = { ...question, budgets: [{ seed: 0, macs: [0.5, 0.3] }] }
		const { asked, prune } = pruning()
		await conduct(more, laboratory(prune))
		expect(shown(asked)).toEqual(
			["sst2", "stsb"].flatMap((task) =>
				["random", "fisher", "default"].map((importance) => `${task} 0 ${importance} 0.3`),
			),
		)
	})

	it("does not mistake a row of another recipe for one of this", async () => {
		await conduct(question, laboratory(pruning().prune))
		const other: Question = { ...question, groups: [{ name: "ours", arms: [["winnow", { rounds: 3 }]] }] }
		const { asked, prune } = pruning()
		await conduct(other, laboratory(prune))
		expect(shown(asked)).toEqual(allCalls.filter((call) => call.includes("default")))
	})

	it("takes a row for done however many threads made it, and wherever its model lay", async () => {
		await conduct(question, laboratory(pruning().prune))
		const { asked, prune } = pruning()
		const elsewhere = async (recipe: Recipe) => ({ ...(await check(recipe)), threads: 16, memory: 1 })
		await conduct(question, laboratory(prune, { check: elsewhere, shared: "/elsewhere" }))
		expect(asked).toEqual([])
	})

	it("computes what arms of a task and seed share once", async () => {
		const arms = [
			["search", { importance: "fisher" }],
			["rearranged", { importance: "fisher", rearrange: "once" }],
			["other", { importance: "fisher", loss: "task" }],
			["curved", {}],
			["rounds", { rounds: 3 }],
		] as const
		const { asked, prune } = pruning()
		await conduct({ ...question, groups: [{ name: "all", arms }] }, laboratory(prune))
		const ofFirst = asked.slice(0, 5).map(({ curves, keepGradients }) => [curves !== undefined, keepGradients])
		expect(ofFirst).toEqual([
			[false, true],
			[true, undefined],
			[false, true],
			[false, false],
			[true, undefined],
		])
		expect(asked[5]!.curves).toBeUndefined()
	})

	it("leaves no folder of a model behind, whether it ends or fails", async () => {
		const { asked, prune } = pruning(({ task }) => {
			if (task === "stsb") throw new Error("stopped")
		})
		await expect(conduct(question, laboratory(prune))).rejects.toThrow("stopped")
		expect(asked.map(({ out }) => existsSync(dirname(out)))).toEqual(asked.map(() => false))
	})

	it("checks every recipe before the first model runs", async () => {
		const { asked, prune } = pruning()
		const refuses = async (recipe: Recipe) => {
			if (recipe.task === "stsb") throw new Error("refused")
			return check(recipe)
		}
		await expect(conduct(question, laboratory(prune, { check: refuses }))).rejects.toThrow("refused")
		expect(asked).toEqual([])
	})

	it("hands its signal on, and ends with its reason", async () => {
		const controller = new AbortController()
		const prune: Laboratory["prune"] = async (_recipe, { signal }) => {
			controller.abort(new Error("enough"))
			throw signal?.reason
		}
		await expect(conduct(question, laboratory(prune, { signal: controller.signal }))).rejects.toThrow("enough")
		expect(existsSync(join(folder, "rows.jsonl"))).toBe(false)
	})

	it("says how far it is and how long it will take", async () => {
		const lines: string[] = []
		await conduct(question, laboratory(pruning().prune, { log: (line) => lines.push(line) }))
		expect(lines[0]).toBe("0 of 18 runs are done")
		expect(lines[1]).toBe("[0/18] sst2, seed 0, random at 0.5 0.2")
		expect(lines[2]).toMatch(/^\[2\/18\] about \d+ s left: sst2, seed 0, diagonal Fisher at 0.5 0.2$/)
		expect(lines).toHaveLength(13)
	})
})
