import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test } from "vitest"
import { autoMapOf, writePythonLoader } from "../src/index.ts"

const folder = temporaryFolder()
const architectures = ["Bert", "DistilBert", "Roberta"].flatMap((family) =>
	["SequenceClassification", "QuestionAnswering"].map((head) => `${family}For${head}`),
)

test("every class that config.json is pointed to is one of the file beside it, registered for the same auto class", async () => {
	await writePythonLoader(folder())
	const python = await readFile(join(folder(), "modeling_winnow.py"), "utf8")
	for (const architecture of architectures) {
		const [[autoClass, target]] = Object.entries(autoMapOf(architecture)) as [[string, string]]
		expect(target).toBe(`modeling_winnow.${architecture}`)
		expect(python).toMatch(new RegExp(`^class ${architecture}\\(`, "m"))
		expect(python).toMatch(
			new RegExp(`\\b${architecture}\\b.*\\n\\s+model.register_for_auto_class\\("${autoClass}"\\)`),
		)
	}
})

test("another class is refused", () => {
	for (const other of ["BertForMaskedLM", "toString"]) {
		expect(() => autoMapOf(other)).toThrow(
			`config.json: architectures must be ${architectures.join(", ")} (was ${other})`,
		)
	}
})
