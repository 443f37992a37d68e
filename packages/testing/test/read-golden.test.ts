import { expect, test } from "vitest"
import { goldenConstraints, goldenTasks, needs, readGolden } from "../src/index.ts"

test.each(goldenTasks)(
	"the %s golden has 64 batches of gradients and masks that nest the searched in the teacher's",
	needs("shared"),
	(task) => {
		const golden = readGolden(task)
		expect(golden.gradients.map(({ shape }) => shape)).toEqual(golden.sublayers.map(({ units }) => [64, units]))
		expect(golden.gradients.every(({ data }) => data.every(Number.isFinite))).toBe(true)
		for (const constraint of goldenConstraints) {
			const teacher = golden.kept("teacher", constraint).map((kept) => new Set(kept))
			const searched = golden.kept("searched", constraint)
			expect(searched.every((kept, index) => kept.every((unit) => teacher[index]!.has(unit)))).toBe(true)
			expect(golden.kept("rearranged", constraint).map(({ length }) => length)).toEqual(
				searched.map(({ length }) => length),
			)
		}
	},
)
