import { InvalidInputError } from "@winnow/tensor"

/** No answer came from a host, or only that it cannot answer now: a cached copy may do, and the same request may succeed later. */
export class HubUnreachableError extends InvalidInputError {
	/** @param origin - of the host, without the path and query of a redirect: they may be a signed permission */
	constructor(origin: string, actual: string, options?: ErrorOptions) {
		super(origin, "the host", "reachable", actual, options)
	}
}
