import { mustBe, WinnowError } from "@winnow/tensor"

/** @throws {WinnowError} `runtime: what must be X (was Y)`, where the claim does not hold */
export function demand(holds: boolean, what: string, expected: string, actual: unknown): void {
	if (!holds) throw new WinnowError("runtime", mustBe(what, expected, actual))
}
