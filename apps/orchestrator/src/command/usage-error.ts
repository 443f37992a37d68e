import { type RecipeFile, withFlagNames } from "./flag-names.ts"

/** Something wrong with the arguments rather than with what they name. */
export class UsageError extends Error {
	constructor(cause: Error) {
		super(cause.message, { cause })
	}
}

/** The result of a computation whose failures are the user's arguments: flags, or what a recipe file says. */
export async function asUsage<Result>(work: () => Result | Promise<Result>, file?: RecipeFile): Promise<Result> {
	try {
		return await work()
	} catch (error) {
		const named = withFlagNames(error, file)
		throw named instanceof Error ? new UsageError(named) : named
	}
}
