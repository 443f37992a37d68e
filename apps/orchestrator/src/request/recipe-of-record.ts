import { validated } from "@winnow/checkpoint"
import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { presets } from "../presets/presets.ts"
import { naturals } from "../result/parts.ts"

const pruned = "winnow-result/1"

const recordSchema = type({
	recipe: {
		preset: type.enumerated(...(Object.keys(presets) as (keyof typeof presets)[])),
		"samples?": "number",
		"[string]": "unknown",
	},
	samples: { "indices?": naturals, "isListed?": "boolean" },
})

/** Whether an object is a record of Winnow's, and not the recipe itself. */
export function isRecord(json: object): boolean {
	return "schema" in json && typeof json.schema === "string" && json.schema.startsWith("winnow-")
}

/**
 * The recipe that makes a result again, from its winnow.json: with model, data and output added, the same weights.
 *
 * What the preset says is left to the preset, so that a choice which is changed takes along what depends on it. The share that `maxDrop` found
 * is taken as it is: nothing is searched for again. Rows that cannot be drawn again by their number are read from the record.
 *
 * @param path - of the record, where its rows are read from, and for messages
 * @throws {InvalidInputError} when it records something else than a pruned model
 * @example
 * recipeOfRecord(JSON.parse(text), "out/sst2/winnow.json") // => { preset: "winnow", task: "sst2", macs: 0.5, ... }
 */
export function recipeOfRecord(json: object, path: string): object {
	if (!("schema" in json && json.schema === pruned)) {
		throw new InvalidInputError(
			path,
			"the record",
			`that of a pruned model, ${pruned}`,
			(json as { schema?: unknown }).schema,
		)
	}
	const { recipe, samples } = validated(recordSchema, json, path)
	const { maxDrop: _, fewRows: __, ...choices } = recipe
	const usual: Record<string, unknown> = presets[recipe.preset]
	const kept = Object.entries(choices).filter(([field, value]) => usual[field] !== value)
	const canBeDrawn = samples.isListed === false && samples.indices?.length === recipe.samples
	return {
		...Object.fromEntries(kept),
		...(canBeDrawn || samples.indices === undefined ? {} : { sampleIndices: path }),
	}
}
