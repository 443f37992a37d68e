import { expect, it } from "vitest"
import { roughly, secondsLeft } from "../src/time-left.ts"

const timed = [
	{ arm: "random", seconds: 2 },
	{ arm: "random", seconds: 4 },
	{ arm: "winnow", seconds: 30 },
]

it("takes the mean time of an arm for its runs, and that of all for an arm that did not run yet", () => {
	const work = [
		{ arm: "random", runs: 2 },
		{ arm: "uniform", runs: 1 },
	]
	expect(secondsLeft(timed, work)).toBe(2 * 3 + 12)
})

it("is not known before anything was timed", () => {
	expect(secondsLeft([], [{ arm: "random", runs: 2 }])).toBeUndefined()
})

it("is said in the largest unit that is fine enough", () => {
	expect([45.4, 99, 720, 11_100].map(roughly)).toEqual(["45 s", "99 s", "12 min", "3 h 5 min"])
})
