import { mustBe, UnsupportedError } from "@winnow/tensor"

/**
 * Refuses a part of a tokenizer of any other kind than those given.
 *
 * @throws {UnsupportedError} naming the part and its kind
 */
export function requireKind(where: string, what: string, kinds: readonly string[], actual: string | null): void {
	if (actual !== null && kinds.includes(actual)) return
	throw new UnsupportedError(where, mustBe(what, kinds.join(" or "), actual))
}
