import { WinnowError } from "@winnow/tensor"

/** How a case ended: in numbers, in a line of Winnow's own, or in a fault of Winnow's. */
export type Outcome =
	| { readonly kind: "finite" }
	| { readonly kind: "refused"; readonly line: string }
	| { readonly kind: "fault"; readonly fault: string; readonly detail: string }

/** Two hundred of the user's data, and what we say of them. */
const longestLine = 500

/** What only the language, the operating system or a library would say. */
const foreignWords =
	/\b(ENOENT|EISDIR|ENOTDIR|EINVAL|ERR_[A-Z_]+|TypeError|RangeError|SyntaxError|ArkErrors?|ZodError)\b|is not (a function|iterable|defined)|Cannot (read|convert|mix|access)|Invalid (array|typed array|string) length|\[object |node:|\.(js|ts|mjs):\d/

/** What the reason of a JSON mistake quotes, after `was not:`, is the file's and the parser's. */
const quotedReason = /\(was not: .*\)$/

/** @param root - the temporary folder, `ROOT` in lines */
export function verdictOf(error: unknown, root: string): Outcome {
	if (!WinnowError.is(error)) {
		const name = error instanceof Error ? error.constructor.name : typeof error
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
		const at = /at (?:async )?(\S+) /.exec(stack)?.[1] ?? "?"
		return { kind: "fault", fault: `${name} in ${at}`, detail: stack.split("\n").slice(0, 6).join("\n") }
	}
	const line = error.message.replaceAll(root, "ROOT")
	const fault = faultOf(line)
	return fault === undefined ? { kind: "refused", line } : { kind: "fault", fault, detail: line }
}

/** What is wrong with a message. */
export function faultOf(line: string): string | undefined {
	if (/[\p{Cc}\u2028\u2029]/u.test(line)) return "a message with control characters or several lines"
	if (line.length > longestLine) return "a message too long for one line"
	if (foreignWords.test(line.replace(quotedReason, ""))) return "a message in foreign words"
	if (!/^[^:]+: \S/.test(line)) return "a message that does not say where"
	return undefined
}

/** Whether all numbers can be used. */
export function finiteOutcome(lists: Iterable<ArrayLike<number>>, what: string): Outcome {
	for (const list of lists) {
		const bad = Array.from(list).find((value) => !Number.isFinite(value))
		if (bad !== undefined) return { kind: "fault", fault: `${what} that are not finite`, detail: String(bad) }
	}
	return { kind: "finite" }
}
