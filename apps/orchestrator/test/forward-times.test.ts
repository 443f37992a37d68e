import { expect, test } from "vitest"
import { forwardTimes } from "../src/measure/forward-times.ts"

/** Encoders that take the times given, turn by turn, by a clock of their own. */
function timed(times: Record<"dense" | "pruned", number[]>) {
	let clock = 0
	const order: string[] = []
	const encoder = (name: "dense" | "pruned") => ({
		async logits() {
			order.push(name)
			clock += times[name].shift()!
			return []
		},
	})
	return { encoders: { dense: encoder("dense"), pruned: encoder("pruned") }, order, now: () => clock }
}

const samples = Array.from({ length: 300 }, () => ({ ids: Uint32Array.of(1) }))

test("takes medians of the turns after the first, which warms up", async () => {
	const { encoders, now } = timed({ dense: [9000, 400, 200, 600], pruned: [9000, 100, 300, 200] })
	expect(await forwardTimes(encoders, samples, { repeats: 3, now })).toEqual({
		samples: 256,
		repeats: 3,
		seconds: { dense: 0.4, pruned: 0.2 },
		speedup: 2,
	})
})

test("runs the models turn by turn", async () => {
	const { encoders, order, now } = timed({ dense: [1, 1, 1], pruned: [1, 1, 1] })
	await forwardTimes(encoders, samples, { repeats: 2, now })
	expect(order).toEqual(["dense", "pruned", "dense", "pruned", "dense", "pruned"])
})

test("averages the two middle turns of an even number", async () => {
	const { encoders, now } = timed({ dense: [0, 1000, 3000], pruned: [0, 2000, 2000] })
	const { seconds } = await forwardTimes(encoders, samples, { repeats: 2, now })
	expect(seconds).toEqual({ dense: 2, pruned: 2 })
})

test("stops between two turns", async () => {
	const { encoders, order, now } = timed({ dense: [1, 1], pruned: [1, 1] })
	const controller = new AbortController()
	const reason = new Error("enough")
	const watched = forwardTimes(encoders, samples, {
		now,
		signal: controller.signal,
		onProgress: ({ done }) => done === 1 && controller.abort(reason),
	})
	await expect(watched).rejects.toBe(reason)
	expect(order.length).toBeLessThanOrEqual(4)
})
