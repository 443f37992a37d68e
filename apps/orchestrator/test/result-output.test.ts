import { EventEmitter } from "node:events"
import { createWriteStream } from "node:fs"
import { PassThrough } from "node:stream"
import { needs } from "@winnow/testing"
import { expect, test } from "vitest"
import { resultOutput } from "../src/command/result-output.ts"

function lines() {
	const told: string[] = []
	return { told, onLost: (line: string) => void told.push(line) }
}

test("what is written arrives as long as somebody reads", () => {
	const { told, onLost } = lines()
	const stream = new PassThrough()
	const output = resultOutput(stream, onLost)
	for (const text of ["a", "b\n"]) output.write(text)
	expect([String(stream.read()), told]).toEqual(["ab\n", []])
})

// A device on which every write finds the disk full.
test("a full disk is said in one line", needs("Linux"), async () => {
	const { told, onLost } = lines()
	const stream = createWriteStream("/dev/full")
	const output = resultOutput(stream, onLost)
	output.write("a result\n")
	await new Promise<void>((resolve) => void stream.on("close", resolve))
	output.write("more\n")
	expect(told).toEqual(["standard output: it must be open until all is written (was on a full disk)"])
})

test.each([
	["EPIPE", "closed by what reads it"],
	["EIO", "closed"],
	["ESTALE", "ESTALE"],
])("%s is said in one line, once, whether the stream reports or throws it", (code, actual) => {
	const error = Object.assign(new Error("refused"), { code })
	const line = `standard output: it must be open until all is written (was ${actual})`
	const throwing = Object.assign(new EventEmitter(), {
		write() {
			throw error
		},
	})
	const reporting = Object.assign(new EventEmitter(), {
		write(this: EventEmitter) {
			this.emit("error", error)
		},
	})
	for (const stream of [throwing, reporting]) {
		const { told, onLost } = lines()
		const output = resultOutput(stream, onLost)
		output.write("a")
		output.write("b")
		expect(told).toEqual([line])
	}
})
