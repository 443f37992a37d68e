import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { type Closeness, needs, toBeAllclose } from "@winnow/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type DemoGolden, goldenFolder, goldenMethods, readDemoGolden } from "./demo-golden.ts"

expect.extend({ toBeAllclose })

const committed = readDemoGolden()

describe("the golden of the demo model, made again by tools/golden", needs("python"), () => {
	let folder: string
	let again: DemoGolden
	// Half a minute on a machine that does nothing else.
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "winnow-golden-"))
		const env = { ...process.env, HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" }
		await promisify(execFile)(process.env.WINNOW_PYTHON!, [join(goldenFolder, "make_golden.py"), "--out", folder], {
			env,
		})
		again = readDemoGolden(folder)
	}, 900_000)
	afterAll(() => rm(folder, { recursive: true, force: true }))

	test("has the same rows, masks and outcomes", () => {
		expect(again.names).toEqual(committed.names)
		for (const name of committed.names.filter((name) => /indices|searched|teacher|rearranged/.test(name))) {
			expect(again.values(name), name).toEqual(committed.values(name))
		}
		for (const method of goldenMethods) expect(outcomesOf(again, method)).toEqual(outcomesOf(committed, method))
	})

	// Float64 in another order on another processor; scales pass through a solver that ends at 1e-6.
	test.each<[string, Closeness]>([
		["gradients", { rtol: 1e-6, atol: 1e-9 }],
		["fisher", { rtol: 1e-9, atol: 1e-15 }],
		["scales", { rtol: 1e-4, atol: 1e-4 }],
	])("has the same %s", (kind, closeness) => {
		const names = committed.names.filter((name) => name.includes(`.${kind}.`))
		expect(names.length).toBeGreaterThanOrEqual(4)
		for (const name of names) expect(again.values(name), name).toBeAllclose(committed.values(name), closeness)
	})
})

function outcomesOf({ runs }: DemoGolden, method: (typeof goldenMethods)[number]) {
	const { budgets, searchedOnly } = runs[method]
	const searched = Object.values({ ...budgets, ...searchedOnly }).map(({ heads, neurons }) => ({ heads, neurons }))
	const fits = Object.values(budgets).flatMap(({ fits }) =>
		fits.map(({ sublayer, outcome }) => ({ sublayer, outcome })),
	)
	return { searched, fits }
}
