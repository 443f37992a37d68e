import { type } from "arktype"

/** A field of text, described for the message when it is missing. */
export const text = (what: string) => type("string > 0").describe(what)

export const count = type("number.integer >= 1").describe("a positive whole number")
