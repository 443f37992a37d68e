import { afterAll, beforeAll, expect, test } from "vitest"
import { prune } from "../src/index.ts"
import { type Importance, importanceNames, importances } from "../src/presets/importances.ts"
import { presetNames, presets } from "../src/presets/presets.ts"
import { resolveRecipe } from "../src/request/resolve-recipe.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyRecipe, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeAll(async () => (place = await tinyWorkplace()))
afterAll(() => place.remove())

test.each(importanceNames)("%s prunes, and its result says so", async (importance) => {
	const { recipe } = await prune(tinyRecipe(place, { importance, out: place.path(importance), repair: "none" }))
	expect(recipe.importance).toBe(importance)
})

test("what has an entry is a name that recipes and flags take, and nothing else is", async () => {
	const least = { model: "m", task: "sst2", data: "d", out: "o", macs: 0.5 }
	for (const importance of Object.keys(importances)) {
		expect(resolveRecipe({ ...least, importance }).importance).toBe(importance)
	}
	for (const preset of Object.keys(presets)) expect(resolveRecipe({ ...least, preset }).preset).toBe(preset)
	expect(() => resolveRecipe({ ...least, importance: "norm" })).toThrow(/^prune: importance must be .*kfac.*random/)
	const { stdout } = await runCommand(["prune", "--help"])
	expect(stdout).toContain(importanceNames.join(", "))
	expect(stdout).toContain(presetNames.join(", "))
	expect(presetNames[0]).toBe(resolveRecipe(least).preset)
})

test("rearrangement goes with every importance that has gradients, and with no other", () => {
	const least = { model: "m", task: "sst2", data: "d", out: "o", macs: 0.5, rearrange: "once" } as const
	for (const [importance, { hasGradients }] of Object.entries<Importance>(importances)) {
		const resolve = () => resolveRecipe({ ...least, importance })
		if (hasGradients) expect(resolve().rearrange).toBe("once")
		else expect(resolve).toThrow(`prune: rearrange must be none with \`importance\` ${importance} (was once)`)
	}
})
