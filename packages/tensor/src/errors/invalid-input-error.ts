import { mustBe } from "./must-be.ts"
import { WinnowError } from "./winnow-error.ts"

/** A value, a file or a folder that a user gave and that cannot be right. */
export class InvalidInputError extends WinnowError {
	readonly what: string
	readonly expected: string
	readonly actual: unknown

	constructor(where: string, what: string, expected: string, actual: unknown, options?: ErrorOptions) {
		super(where, mustBe(what, expected, actual), options)
		this.what = what
		this.expected = expected
		this.actual = actual
	}
}
