import { createContext, runInContext } from "node:vm"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { InvalidInputError } from "@winnow/tensor"
import { describe, expect, test } from "vitest"
import { checkPruning, evaluate, exportModel, inspect, profile, prune, pruneFamily, verify } from "../src/index.ts"

type AnyFunction = (...args: unknown[]) => Promise<unknown>

/** Every function that takes a request, as somebody without types calls it, and how messages call it. */
const functions = [
	["prune", prune, "prune"],
	["pruneFamily", pruneFamily, "prune"],
	["checkPruning", checkPruning, "prune"],
	["evaluate", evaluate, "evaluate"],
	["verify", verify, "verify"],
	["profile", profile, "profile"],
	["inspect", inspect, "inspect"],
	["exportModel", exportModel, "export"],
] as unknown as readonly (readonly [string, AnyFunction, string])[]

async function refusal(call: Promise<unknown>): Promise<string> {
	const error = await call.then(
		() => undefined,
		(error: unknown) => error,
	)
	expect(error).toBeInstanceOf(InvalidInputError)
	return (error as Error).message
}

describe.each(functions)("%s says in one line what is wrong with its call", (_, called, where) => {
	test.each([
		[[], "the request must be an object (was missing)"],
		[[null], "the request must be an object (was null)"],
		[["x"], 'the request must be an object (was "x")'],
		[[5], "the request must be an object (was 5)"],
		[[[{}]], "the request must be an object (was [{}])"],
		[[{}, null], "the options of the run must be an object (was null)"],
		[[{}, "x"], 'the options of the run must be an object (was "x")'],
		[[{}, { signal: 5 }], "signal must be an AbortSignal (was 5)"],
		[[{}, { signal: {} }], "signal must be an AbortSignal (was {})"],
		[[{}, { onProgress: 5 }], "onProgress must be a function (was 5)"],
		[[{}, { onNote: "x" }], 'onNote must be a function (was "x")'],
	])("%j", async (args, expected) => {
		expect(await refusal(called(...args))).toBe(`${where}: ${expected}`)
	})
})

test("a budget of null is refused as a budget", async () => {
	const recipe = { model: "m", task: "sst2", data: "d", out: "o", macs: null }
	expect(await refusal((prune as unknown as AnyFunction)(recipe))).toMatch(/^prune: macs must be .* \(was null\)$/)
})

test("a signal of another realm is one", async () => {
	const request = { model: demoModelFolder(), task: "sst2", data: demoDataFolder() }
	const signal = runInContext(
		`({ aborted: true, throwIfAborted() { throw "stopped" }, addEventListener() {}, removeEventListener() {} })`,
		createContext({}),
	) as AbortSignal
	await expect(evaluate(request, { signal })).rejects.toBe("stopped")
})
