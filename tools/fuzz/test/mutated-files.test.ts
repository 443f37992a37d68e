import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type BaseData, type BaseModel, baseData, baseModels, type Files } from "../src/base-files.ts"
import { Dice } from "../src/dice.ts"
import { mutatedFiles } from "../src/mutated-files.ts"

let root: string
let bases: readonly (BaseModel | BaseData)[]
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "winnow-fuzz-test-"))
	bases = [...(await baseModels(root)), ...(await baseData())]
})
afterAll(() => rm(root, { recursive: true }))

/** Names, and hashes of what the files hold: bytes one by one take long to compare. */
const digest = (files: Files) =>
	[...files].map(([name, bytes]) => `${name} ${createHash("sha256").update(bytes).digest("hex")}`)

const mutated = (seed: number, number: number) => {
	const dice = new Dice(seed, number)
	return mutatedFiles(dice.pick(bases).files, dice)
}

test("a seed and a number make the same mistakes again, and other numbers make others", () => {
	for (let number = 0; number < 50; number++) {
		const [first, again] = [mutated(1, number), mutated(1, number)]
		expect(again.what).toEqual(first.what)
		expect(digest(again.files)).toEqual(digest(first.files))
	}
	const all = Array.from({ length: 200 }, (_, number) => mutated(1, number).what.join("; "))
	expect(new Set(all).size).toBeGreaterThan(190)
	expect(mutated(1, 7).what).not.toEqual(mutated(2, 7).what)
})

test("the files that are mutated stay what they were", () => {
	const before = bases.map(({ files }) => digest(files))
	for (let number = 0; number < 300; number++) mutated(3, number)
	expect(bases.map(({ files }) => digest(files))).toEqual(before)
})
