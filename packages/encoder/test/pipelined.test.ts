import { expect, test } from "vitest"
import { pipelined } from "../src/pipelined.ts"

/** Notes what starts and ends; every result is made at once. */
function noted(fail: (step: string) => void = () => undefined) {
	const steps: string[] = []
	const note = (step: string) => {
		steps.push(step)
		fail(step)
	}
	const start = async (item: string) => {
		note(`start ${item}`)
		await Promise.resolve()
		note(`made ${item}`)
		return item.toUpperCase()
	}
	return { steps, start, finish: (item: string, result: string) => note(`finish ${item} ${result}`) }
}

const failAt = (which: string) => (step: string) => {
	if (step === which) throw new Error(`failed: ${step}`)
}

test("starts the next while one is finished, in order", async () => {
	const { steps, start, finish } = noted()
	await pipelined(["a", "b"], start, finish)
	expect(steps).toEqual(["start a", "made a", "start b", "finish a A", "made b", "finish b B"])
})

test("has nothing to do without items", async () => {
	const { steps, start, finish } = noted()
	await pipelined([], start, finish)
	expect(steps).toEqual([])
})

test.each(["start a", "made a", "start b", "finish a A", "made b", "finish b B"])(
	"hands on what fails at %s, with nothing under way",
	async (which) => {
		const { steps, start, finish } = noted(failAt(which))
		await expect(pipelined(["a", "b"], start, finish)).rejects.toThrow(`failed: ${which}`)
		const before = steps.length
		await new Promise((resolve) => setImmediate(resolve))
		expect(steps).toHaveLength(before)
	},
)
