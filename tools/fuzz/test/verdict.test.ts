import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { faultOf, finiteOutcome, verdictOf } from "../src/verdict.ts"

test("a line of Winnow's own is a refusal, without this machine's folder", () => {
	const error = new InvalidInputError("/tmp/x/model/config.json", "hidden_size", "a positive integer", "x")
	expect(verdictOf(error, "/tmp/x")).toEqual({
		kind: "refused",
		line: "ROOT/model/config.json: hidden_size must be a positive integer (was x)",
	})
})

test("an error of the language is a fault that says where it came from", () => {
	const error = new RangeError("Invalid array length")
	expect(verdictOf(error, "/tmp/x")).toMatchObject({ kind: "fault", fault: expect.stringMatching(/^RangeError in /) })
	expect(verdictOf("a string", "/tmp/x")).toMatchObject({ kind: "fault", fault: "string in ?" })
})

test.each([
	["a.json: the file must be\nJSON", "a message with control characters or several lines"],
	["a.json: the file must be \u001b[31mJSON", "a message with control characters or several lines"],
	[`a.json: ${"x".repeat(500)}`, "a message too long for one line"],
	["a.json: ENOENT: no such file or directory", "a message in foreign words"],
	["a.json: Cannot read properties of null", "a message in foreign words"],
	["must be JSON", "a message that does not say where"],
	["a.json: the file must be JSON (was not: Unexpected token } in JSON at position 3)", undefined],
])("of %j it is said what is wrong with it", (line, fault) => {
	expect(faultOf(line)).toBe(fault)
	const error = Object.assign(new UnsupportedError("where", "detail"), { message: line })
	expect(verdictOf(error, "/tmp/x").kind).toBe(fault === undefined ? "refused" : "fault")
})

test("numbers that are not finite are a fault", () => {
	expect(finiteOutcome([[0, 1], Float32Array.of(2)], "logits")).toEqual({ kind: "finite" })
	const fault = { kind: "fault", fault: "logits that are not finite", detail: "NaN" }
	expect(finiteOutcome([[0], Float32Array.of(1, Number.NaN)], "logits")).toEqual(fault)
})
