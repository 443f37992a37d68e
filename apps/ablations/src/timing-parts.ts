import { type } from "arktype"

// What rows of timed models have in common.

export const count = type("number.integer >= 1")
export const positive = type("number > 0")

/** Milliseconds, median and 10 and 90 % of single runs; `ratio` to the first model's in the same round, `error` its standard error, relative. */
export const timing = { ms: positive, p10: positive, p90: positive, ratio: positive, error: "number >= 0" } as const

export const machine = {
	cpu: "string",
	cores: count,
	memoryGiB: "number",
	node: "string",
	platform: "string",
} as const
