import { type } from "arktype"

/** Pieces that several results are made of. */

export const natural = type("number.integer >= 0")
export const naturals = natural.array()
export const numbers = type("number[]")

/** 0 to 1, correlations from -1; null where it is undefined (the correlation of a constant). */
export const metric = type("number | null")
export const metrics = type({ "[string]": metric })

/** Of a weight file. */
export const weightDtype = type("'float32' | 'float16' | 'bfloat16'")

/** A data set of the Hugging Face Hub at a commit. */
export const hubData = type({ source: "string", revision: "string" })
