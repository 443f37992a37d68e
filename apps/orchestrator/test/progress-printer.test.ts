import { expect, test } from "vitest"
import { progressPrinter } from "../src/command/progress-printer.ts"

function printed(isTTY: boolean) {
	let text = ""
	let clock = 0
	const output = { isTTY, columns: 40, write: (part: string) => (text += part) }
	return {
		printer: progressPrinter(output, { now: () => clock }),
		wait: (seconds: number) => (clock += 1000 * seconds),
		text: () => text,
	}
}

test("prints one line a stage into a log, when the stage is over", () => {
	const { printer, wait, text } = printed(false)
	printer.onProgress({ stage: "dense score", done: 0, total: 4 })
	wait(1.5)
	printer.onProgress({ stage: "dense score", done: 2, total: 4, secondsLeft: 1.5 })
	printer.onProgress({ stage: "mask search", done: 0, total: 1 })
	expect(text()).toBe("dense score: 1.50 s\n")
	wait(0.25)
	printer.end()
	printer.end()
	expect(text()).toBe("dense score: 1.50 s\nmask search: 0.25 s\n")
})

test("says in a log every ten seconds how far a long stage is", () => {
	const { printer, wait, text } = printed(false)
	for (let done = 0; done <= 30; done++) {
		printer.onProgress({ stage: "statistics", done, total: 120, ...(done > 0 ? { secondsLeft: 120 - done } : {}) })
		wait(1)
	}
	expect(text().split("\n")).toEqual([
		"statistics: 8 %, 1 min 50 s left",
		"statistics: 16 %, 1 min 40 s left",
		"statistics: 25 %, 1 min 30 s left",
		"",
	])
})

test("rewrites the line of the running stage on a terminal, within its width", () => {
	const { printer, wait, text } = printed(true)
	printer.onProgress({ stage: "statistics", done: 0, total: 10 })
	wait(1)
	printer.onProgress({ stage: "statistics", done: 5, total: 10, secondsLeft: 1 })
	wait(1)
	printer.onProgress({ stage: "a name that is much longer than the terminal is wide", done: 0, total: 1 })
	expect(text().split("\r")).toEqual([
		"",
		"statistics ...\x1b[K",
		"statistics: 50 %, 1.00 s left\x1b[K",
		"statistics: 2.00 s\x1b[K\n",
		"a name that is much longer than the ter\x1b[K",
	])
})

test("prints notes on lines of their own", () => {
	const { printer, text } = printed(true)
	printer.onProgress({ stage: "statistics", done: 0, total: 10 })
	printer.onNote("something")
	expect(text().endsWith("\r\x1b[Knote: something\n")).toBe(true)
})

test("prints nothing when told to be quiet", () => {
	let text = ""
	const printer = progressPrinter({ write: (part: string) => (text += part) }, { quiet: true })
	printer.onProgress({ stage: "statistics", done: 0, total: 10 })
	printer.onNote("something")
	printer.end()
	expect(text).toBe("")
})
