import { InvalidInputError } from "@winnow/tensor"

/** What is needed of an AbortSignal: one of another realm is no instance of this realm's class. */
const signalMethods = ["throwIfAborted", "addEventListener", "removeEventListener"] as const

/**
 * Checks what a function of the library was called with where no types did: that the request is an object, and that the options of the run
 * are what they are called. The fields of the request are its schema's matter.
 *
 * @param where - the function that was called
 * @throws {InvalidInputError} naming the argument
 * @example
 * refuseWrongCall("evaluate", request, { signal: 5 }) // throws "evaluate: signal must be an AbortSignal (was 5)"
 */
export function refuseWrongCall(where: string, request: unknown, run: unknown): void {
	const wrong = (what: string, expected: string, actual: unknown) =>
		new InvalidInputError(where, what, expected, typeof actual === "string" ? JSON.stringify(actual) : actual)
	if (request === undefined) throw new InvalidInputError(where, "the request", "an object", "missing")
	if (!isObject(request)) throw wrong("the request", "an object", request)
	if (!isObject(run)) throw wrong("the options of the run", "an object", run)
	const { signal, onProgress, onNote } = run
	if (signal !== undefined && !isSignal(signal)) throw wrong("signal", "an AbortSignal", signal)
	for (const [name, told] of Object.entries({ onProgress, onNote })) {
		if (told !== undefined && typeof told !== "function") throw wrong(name, "a function", told)
	}
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value)

const isSignal = (value: unknown) => isObject(value) && signalMethods.every((name) => typeof value[name] === "function")
