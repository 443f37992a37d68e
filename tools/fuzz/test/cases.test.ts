import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { Cases } from "../src/cases.ts"

let root: string
let cases: Cases
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-fuzz-test-"))
	cases = await Cases.open(root)
})
afterAll(async () => {
	await cases.close()
	await rm(root, { recursive: true })
})

test("files without mistakes end in finite numbers, each model and each form of data", async () => {
	for (const { what, outcome } of await cases.runUnspoilt()) expect([what, outcome]).toEqual([what, { kind: "finite" }])
})

test("a case says what it is about before it runs, and ends the same way again", async () => {
	const begun: string[] = []
	const first = await cases.run(1, 3, (what) => begun.push(what))
	expect(begun).toEqual([first.what])
	expect(await cases.run(1, 3, () => {})).toEqual(first)
})
