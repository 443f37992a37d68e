import { InvalidInputError } from "@winnow/tensor"
import { hubRefusal, type Wanted } from "./hub-refusal.ts"
import { HubUnreachableError } from "./hub-unreachable-error.ts"
import { attempts, backoffMs, retryDelayMs, type Sleep } from "./retry.ts"

export interface HubFetchOptions extends Wanted {
	readonly sleep: Sleep
	readonly signal: AbortSignal | undefined
}

const mostRedirects = 10

/**
 * A `fetch` for one purpose: what it returns was successful.
 *
 * The token goes to the endpoint's own origin and nowhere else, wherever a redirect leads. What the host cannot answer now (429, 5xx) is
 * asked again a few times.
 *
 * @throws {HubUnreachableError} from the function, when there is no answer, or none but 429 and 5xx
 * @throws {InvalidInputError} from the function, for every other refusal
 */
export function hubFetch(options: HubFetchOptions): typeof fetch {
	return async (input, init = {}) => {
		const url = new URL(input instanceof Request ? input.url : input)
		for (let failures = 1; ; failures++) {
			const outcome = await redirected(url, init, options).catch((error) => brokenConnection(error))
			if (outcome instanceof Error) {
				if (failures >= attempts) throw outcome
				await options.sleep(backoffMs(failures), options.signal)
				continue
			}
			const { response, origin } = outcome
			if (response.ok) return response
			await response.body?.cancel().catch(() => {})
			const delay = retryDelayMs(response, failures)
			if (delay === undefined) throw refusal(response, origin, options)
			await options.sleep(delay, options.signal)
		}
	}
}

/** The error, when a connection that was there broke; where there never was one, there is no network: that is thrown at once. */
function brokenConnection(error: unknown): HubUnreachableError {
	const broken = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]
	if (error instanceof HubUnreachableError && broken.includes(String(error.actual))) return error
	throw error
}

interface Answer {
	readonly response: Response
	/** Of the host that gave it. */
	readonly origin: string
}

/** Follows redirects here, where it is known which host may see the token. */
async function redirected(start: URL, init: RequestInit, options: HubFetchOptions): Promise<Answer> {
	let url = start
	for (let redirects = 0; redirects <= mostRedirects; redirects++) {
		const response = await answer(url, init, options)
		const location = response.headers.get("location")
		if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) {
			return { response, origin: url.origin }
		}
		await response.body?.cancel().catch(() => {})
		url = target(location, url, options)
	}
	const { repo, what } = options
	throw new InvalidInputError(repo.name, what, `at most ${mostRedirects} redirects away`, "farther")
}

async function answer(url: URL, init: RequestInit, { settings, signal }: HubFetchOptions): Promise<Response> {
	const headers = new Headers(init.headers)
	headers.delete("authorization")
	if (settings.token !== undefined && url.origin === new URL(settings.endpoint).origin) {
		headers.set("authorization", `Bearer ${settings.token}`)
	}
	try {
		return await fetch(url, { ...init, headers, redirect: "manual", signal: signal ?? null })
	} catch (cause) {
		signal?.throwIfAborted()
		throw new HubUnreachableError(url.origin, reasonOf(cause), { cause })
	}
}

function target(location: string, from: URL, { repo, what }: HubFetchOptions): URL {
	const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined
	if (url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
	// What was given is not shown: it may be a signed permission.
	throw new InvalidInputError(repo.name, `the redirect of ${what}`, "an http or https URL", "something else")
}

/** `fetch` itself only says "fetch failed". */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error ? error.cause : undefined
	if (cause instanceof Error && "code" in cause) return String(cause.code)
	return "without an answer"
}

function refusal(response: Response, origin: string, wanted: Wanted): Error {
	const { status } = response
	if (status === 429) return new HubUnreachableError(origin, "asked too often, HTTP 429")
	if (status >= 500) return new HubUnreachableError(origin, `answering HTTP ${status}`)
	if (origin === new URL(wanted.settings.endpoint).origin) return hubRefusal(response, wanted)
	// Of another host, 401 and the like say nothing about the repository.
	return new InvalidInputError(wanted.repo.name, wanted.what, `served by ${origin}`, `HTTP ${status}`)
}
