/** Something wrong with the arguments rather than with what they name. */
export class UsageError extends Error {
	constructor(cause: Error) {
		super(cause.message, { cause })
	}
}

/** The result of a computation whose failures are the user's arguments. */
export async function asUsage<Result>(work: () => Result | Promise<Result>): Promise<Result> {
	try {
		return await work()
	} catch (error) {
		throw error instanceof Error ? new UsageError(error) : error
	}
}
