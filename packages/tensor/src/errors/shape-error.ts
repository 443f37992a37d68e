import { mustBe } from "./must-be.ts"
import { WinnowError } from "./winnow-error.ts"

/** Sizes that do not fit together: always a mistake of the caller's code, never of a user's data. */
export class ShapeError extends WinnowError {
	constructor(where: string, what: string, expected: string, actual: unknown) {
		super(where, mustBe(what, expected, actual))
	}
}
