import { expect, test } from "vitest"
import { smallestShare } from "../src/smallest-share.ts"

const search = (scoreAt: (share: number) => number | null) => smallestShare(0.9, async (share) => scoreAt(share))

test.each([0.01, 0.05, 0.37, 0.5, 0.99])("finds the last whole percent that is good enough: %d", async (border) => {
	const { share, trials } = await search((share) => (share >= border ? 0.9 : 0.89))
	expect(share).toBe(border)
	expect(trials.length).toBeLessThanOrEqual(7)
})

test("takes the whole model where every smaller one loses too much", async () => {
	expect((await search(() => 0.2)).share).toBe(1)
})

test("goes up where there is no model, or its score is undefined", async () => {
	const { share, trials } = await search((share) => (share < 0.2 ? null : 1))
	expect(share).toBe(0.2)
	expect(trials[2]).toEqual({ share: 0.12, score: null })
})

test("lets errors through", async () => {
	const broken = smallestShare(0.9, () => Promise.reject(new Error("broken")))
	await expect(broken).rejects.toThrow("broken")
})
