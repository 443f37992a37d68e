import { type } from "arktype"

/** A field of text, described for the message when it is missing. */
export const text = (what: string) => type("string > 0").describe(what)

/** What says which task a model is for, besides its name. */
export const taskFields = {
	"textColumns?": type("1 <= string[] <= 2").describe("the column of the text, or the two of a pair"),
	"labelColumn?": text("the column of the label"),
	"labels?": type("string[] >= 2").describe("names of at least two labels, in the order of the model's logits"),
} as const

export const natural = type("0 <= number.integer <= 9007199254740991").describe("a natural number")

export const seed = natural.describe("a natural number below 2^53").default(0)

export const count = type("1 <= number.integer <= 9007199254740991").describe("a positive whole number")

/** More than any machine has: a slip of the finger would start them all. */
export const threadCount = type("1 <= number.integer <= 1024").describe("a whole number from 1 to 1024")
