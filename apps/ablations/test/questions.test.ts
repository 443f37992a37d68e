import { expect, it } from "vitest"
import { familiesOf } from "../src/families.ts"
import { questions } from "../src/questions.ts"
import { whatEachPartBuys } from "../src/what-each-part-buys.ts"

it.each(questions)("$name gives every arm and task one name, by which rows are found", ({ groups, subjects }) => {
	const arms = groups.flatMap((group) => group.arms.map(([arm]) => arm))
	expect(new Set(arms).size).toBe(arms.length)
	const tasks = subjects.map(({ task }) => task)
	expect(new Set(tasks).size).toBe(tasks.length)
})

it("takes folders of subjects from the folder of models and data sets", () => {
	const [first] = familiesOf(whatEachPartBuys, "/shared")
	expect(first!.recipe).toMatchObject({ model: "/shared/models/minilm-sst2", data: "/shared/data/glue/SST-2" })
})

it("keeps arms of one task and seed together, so that they can share what they ask of the model", () => {
	const situations = familiesOf(whatEachPartBuys, "/shared").map(({ task, seed }) => `${task} ${seed}`)
	const changes = situations.filter((situation, index) => situation !== situations[index - 1])
	expect(new Set(changes).size).toBe(changes.length)
})
