import { setTimeout } from "node:timers/promises"
import type { Progress } from "@winnow/tensor"
import { expect, test } from "vitest"
import { StageLog } from "../src/measure/stage-log.ts"

test("keeps what every stage took, in order", async () => {
	const stages = new StageLog({})
	expect(await stages.time("first", () => setTimeout(30, "result"))).toBe("result")
	await stages.time("second", () => {})
	expect(stages.costs.map(({ name }) => name)).toEqual(["first", "second"])
	const [first, second] = stages.costs
	expect(first!.seconds).toBeGreaterThan(0.02)
	expect(second!.seconds).toBeLessThan(first!.seconds)
	expect(first!.peakMiB).toBeGreaterThan(10)
})

test("sees memory that a stage takes and gives back", async () => {
	const stages = new StageLog({})
	await stages.time("small", () => {})
	await stages.time("large", () => void new Uint8Array(300 * 2 ** 20).fill(1))
	const [small, large] = stages.costs
	expect(large!.peakMiB - small!.peakMiB).toBeGreaterThan(250)
})

test("reports progress under the stage's own name", async () => {
	const seen: Progress[] = []
	const stages = new StageLog({ onProgress: (progress) => seen.push(progress) })
	await stages.time("dense score", (run) => run.onProgress?.({ stage: "logits", done: 1, total: 4 }))
	expect(seen).toEqual([
		{ stage: "dense score", done: 0, total: 1 },
		{ stage: "dense score", done: 1, total: 4 },
	])
})

test("rejects with the reason of an abort: before a stage, and after one that did not listen", async () => {
	const controller = new AbortController()
	const stages = new StageLog({ signal: controller.signal })
	const reason = new Error("enough")
	await expect(stages.time("deaf", () => controller.abort(reason))).rejects.toBe(reason)
	await expect(stages.time("never begun", () => expect.unreachable())).rejects.toBe(reason)
	expect(stages.costs).toEqual([])
})
