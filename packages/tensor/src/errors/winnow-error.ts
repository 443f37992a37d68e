import { oneLine } from "./excerpt.ts"

const marker = Symbol.for("winnow.error")

/**
 * What every error of Winnow extends: one line, `where: what must be X (was Y)`.
 *
 * `WinnowError.is` works across copies of the package, where `instanceof` does not.
 */
export class WinnowError extends Error {
	readonly [marker] = true
	/** The stage, function or file that found it. */
	readonly where: string

	constructor(where: string, detail: string, options?: ErrorOptions) {
		super(oneLine(`${where}: ${detail}`), options)
		this.name = new.target.name
		this.where = where
	}

	static is(error: unknown): error is WinnowError {
		return typeof error === "object" && error !== null && marker in error
	}
}
