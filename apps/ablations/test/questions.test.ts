import { resolve } from "node:path"
import { expect, it } from "vitest"
import { familiesOf } from "../src/families.ts"
import { questions } from "../src/questions.ts"
import { sharedFolder } from "../src/shared-folder.ts"
import { whatEachPartBuys } from "../src/what-each-part-buys.ts"

it.each(questions)("$name gives every arm and task one name, by which rows are found", ({ groups, subjects }) => {
	const arms = groups.flatMap((group) => group.arms.map(([arm]) => arm))
	expect(new Set(arms).size).toBe(arms.length)
	const tasks = subjects.map(({ task }) => task)
	expect(new Set(tasks).size).toBe(tasks.length)
})

it("takes folders of subjects from the folder of models and data sets", () => {
	const [first] = familiesOf(whatEachPartBuys, "/shared")
	const [model, data] = ["/shared/models/minilm-sst2", "/shared/data/glue/SST-2"].map((path) => resolve(path))
	expect(first!.recipe).toMatchObject({ model, data })
})

it("finds that folder beside the repository unless a variable names another", () => {
	expect(sharedFolder({ WINNOW_SHARED: "/elsewhere" })).toBe("/elsewhere")
	const beside = resolve(import.meta.dirname, "../../../../shared")
	for (const named of ["required", ""]) expect(sharedFolder({ WINNOW_SHARED: named })).toBe(beside)
	expect(sharedFolder({})).toBe(beside)
})

it("keeps arms of one task and seed together, so that they can share what they ask of the model", () => {
	const situations = familiesOf(whatEachPartBuys, "/shared").map(({ task, seed }) => `${task} ${seed}`)
	const changes = situations.filter((situation, index) => situation !== situations[index - 1])
	expect(new Set(changes).size).toBe(changes.length)
})
