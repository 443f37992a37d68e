import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { checked, parsedJson } from "./checked-json.ts"
import { textFile } from "./text-file.ts"

const Lengths = type({ "model_max_length?": "unknown", "max_len?": "unknown" })

/**
 * How many tokens an input may have, special ones included, as a model's tokenizer_config.json says: `model_max_length`, or `max_len` as
 * it once was called. Undefined where it does not say; where it means no limit, a very large number.
 *
 * @throws {InvalidInputError} when it is no positive number
 * @example
 * await modelMaxLength("models/bert-base-uncased") // => 512
 */
export async function modelMaxLength(folder: string): Promise<number | undefined> {
	const file = await textFile(join(folder, "tokenizer_config.json"))
	if (file === undefined) return undefined
	const { model_max_length, max_len } = checked(file.path, Lengths, parsedJson(file.path, file.text))
	const length = model_max_length ?? max_len ?? undefined
	if (length === undefined || (typeof length === "number" && length >= 1)) return length && Math.floor(length)
	throw new InvalidInputError(file.path, "model_max_length", "a positive number", length)
}
