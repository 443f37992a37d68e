import { EventEmitter } from "node:events"
import { expect, test } from "vitest"
import { interruption } from "../src/command/interruption.ts"

function fakeProcess() {
	const exits: number[] = []
	const events = new EventEmitter()
	return { exits, events, process: { on: events.on.bind(events), exit: (code: number) => exits.push(code) } }
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])("the first %s aborts, the second ends the process with code 130", (name) => {
	const { exits, events, process } = fakeProcess()
	const signal = interruption(process)
	expect(signal.aborted).toBe(false)
	events.emit(name)
	expect(signal.aborted).toBe(true)
	expect(exits).toEqual([])
	events.emit(name)
	expect(exits).toEqual([130])
})
