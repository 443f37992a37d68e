import { expect, test } from "vitest"
import { jsonSchemas } from "../src/index.ts"

test("a recipe needs the places, and knows no other fields", () => {
	const { required, properties } = jsonSchemas.recipe as { required: string[]; properties: object }
	expect(required.toSorted()).toEqual(["data", "model", "out"])
	expect(Object.keys(properties)).toContain("strictReference")
})

test.each(Object.entries(jsonSchemas))("the schema of a %s is plain JSON of draft 2020-12", (_, schema) => {
	expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
	expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" })
})
