import { expect, test } from "vitest"
import { resolveRecipe } from "../src/request/resolve-recipe.ts"

const least = { model: "bert", task: "sst2", data: "SST-2", out: "slim", macs: 0.5 }

test("fills in every choice that was not made", () => {
	expect(resolveRecipe({ ...least, threads: 3 })).toEqual({
		...least,
		preset: "kwon2022",
		samples: 2048,
		seed: 0,
		strictReference: false,
		rearrange: "once",
		keepGradients: false,
		threads: 3,
	})
})

test("is its own resolution", () => {
	const resolved = resolveRecipe(least)
	expect(resolved.threads).toBeGreaterThan(0)
	expect(resolveRecipe(resolved)).toEqual(resolved)
})

test.each([
	[{ ...least, macs: 0 }, "prune: macs must be a share to keep, above 0 and at most 1 (was 0)"],
	[{ ...least, macs: 1.5 }, "prune: macs must be a share to keep, above 0 and at most 1 (was 1.5)"],
	[{ ...least, macs: "abc" }, 'prune: macs must be a share to keep, above 0 and at most 1 (was "abc")'],
	[{ ...least, macs: undefined }, "prune: macs must be a share to keep, above 0 and at most 1 (was undefined)"],
	[{ ...least, samples: 0 }, "prune: samples must be a positive whole number (was 0)"],
	[{ ...least, seed: -1 }, "prune: seed must be a natural number (was -1)"],
	[{ ...least, out: "" }, 'prune: out must be the output folder (was "")'],
	[{ ...least, preset: "best" }, 'prune: preset must be "kwon2022" (was "best")'],
	[{ ...least, rearrange: "twice" }, 'prune: rearrange must be "converge", "none" or "once" (was "twice")'],
	[{ ...least, strictReference: true, macs: 1 }, "prune: macs must be below 1 with strictReference (was 1)"],
	[
		{ ...least, strictReference: true, rearrange: "none" },
		"prune: rearrange must be once with strictReference (was none)",
	],
	[{ ...least, task: "sst3" }, "task: the name must be one of cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte (was sst3)"],
])("refuses %o", (recipe, message) => {
	expect(() => resolveRecipe(recipe)).toThrow(message)
})

test("refuses a field it does not know, naming those it does", () => {
	expect(() => resolveRecipe({ ...least, sample: 4 }, "half.json")).toThrow(
		/^half\.json: every field must be one of .*\bsamples\b.* \(was sample\)$/,
	)
})

test("names the field that is missing", () => {
	const { data: _, ...without } = least
	expect(() => resolveRecipe(without)).toThrow("prune: data must be a string (was missing)")
})
