import { InvalidInputError } from "@winnow/tensor"

/**
 * Reads the rows of a calibration sample that somebody else chose: a JSON array of row numbers, an object whose `sample_indices` is one, or
 * the winnow.json of a result, whose `samples` has `indices`. Order and repetitions are kept.
 *
 * @param json - text of the file
 * @param rows - how many there are to choose from
 * @param where - name of the file, for messages
 * @throws {InvalidInputError} when it is neither, empty, or a number is no row
 * @example
 * parseSampleIndices('{"sample_indices": [4, 0, 4]}', 5, "sample.json") // => [4, 0, 4]
 */
export function parseSampleIndices(json: string, rows: number, where: string): Uint32Array {
	const indices = listIn(parsed(json, where))
	if (!Array.isArray(indices) || indices.length === 0) {
		throw new InvalidInputError(where, "the sample", "a JSON array of row numbers or {sample_indices}", kindOf(indices))
	}
	return Uint32Array.from(indices, (index: unknown, position) => {
		if (typeof index === "number" && Number.isInteger(index) && index >= 0 && index < rows) return index
		throw new InvalidInputError(where, `sample index ${position}`, `a row number from 0 to ${rows - 1}`, index)
	})
}

function parsed(json: string, where: string): unknown {
	try {
		return JSON.parse(json)
	} catch (cause) {
		throw new InvalidInputError(where, "the sample", "JSON", "no JSON", { cause })
	}
}

function listIn(value: unknown): unknown {
	if (!isObject(value)) return value
	if ("sample_indices" in value) return value.sample_indices
	return "samples" in value && isObject(value.samples) && "indices" in value.samples ? value.samples.indices : value
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return "an empty array"
	return value === null ? "null" : typeof value
}
