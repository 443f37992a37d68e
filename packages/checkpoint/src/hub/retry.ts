import { setTimeout as timer } from "node:timers/promises"

/** Waits; ends early with `signal.reason`. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>

/** How often a request is made at most. */
export const attempts = 5

/** The Hub counts requests per five minutes: whoever says to wait longer than that will not be waited for. */
const longestWaitMs = 300_000

/** Waits on the clock. */
export async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
	await timer(milliseconds, undefined, signal ? { signal } : {}).catch((error) => {
		signal?.throwIfAborted()
		throw error
	})
}

/** 1, 2, 4, 8 seconds after so many failures. */
export function backoffMs(failures: number): number {
	return 1000 * 2 ** (failures - 1)
}

/**
 * Milliseconds to wait before a request is made again, after so many failures; `undefined`: it is not made again.
 *
 * Again after 429 and 5xx: when the answer says, in Retry-After (seconds or a date) or in the `t` of RateLimit, else by backoff.
 */
export function retryDelayMs({ status, headers }: Response, failures: number): number | undefined {
	if ((status !== 429 && status < 500) || failures >= attempts) return undefined
	const asked =
		retryAfterMs(headers.get("retry-after")) ?? (status === 429 ? resetMs(headers.get("ratelimit")) : undefined)
	const delay = asked ?? backoffMs(failures)
	return delay <= longestWaitMs ? delay : undefined
}

function retryAfterMs(value: string | null): number | undefined {
	if (value === null) return undefined
	if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000
	const date = Date.parse(value)
	return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

/** `"api";r=0;t=55`: the window ends in 55 seconds. */
function resetMs(value: string | null): number | undefined {
	const seconds = /;\s*t=(\d+)/.exec(value ?? "")?.[1]
	return seconds === undefined ? undefined : Number(seconds) * 1000
}
