import { copyFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { mustBe, UnsupportedError } from "@winnow/tensor"

const loader = "modeling_winnow"

/** The classes of modeling_winnow.py, and which of Transformers' auto classes each is loaded by. */
const autoClasses: Readonly<Record<string, string>> = {
	BertForSequenceClassification: "AutoModelForSequenceClassification",
	BertForQuestionAnswering: "AutoModelForQuestionAnswering",
	DistilBertForSequenceClassification: "AutoModelForSequenceClassification",
	DistilBertForQuestionAnswering: "AutoModelForQuestionAnswering",
	RobertaForSequenceClassification: "AutoModelForSequenceClassification",
	RobertaForQuestionAnswering: "AutoModelForQuestionAnswering",
}

/**
 * `auto_map` of a slim model's config.json: by which class of modeling_winnow.py Transformers loads it, where that is trusted.
 *
 * @param architecture - the class that `architectures` of the same config.json names
 * @throws {UnsupportedError} when modeling_winnow.py has no such class
 * @example
 * autoMapOf("BertForQuestionAnswering") // => { AutoModelForQuestionAnswering: "modeling_winnow.BertForQuestionAnswering" }
 */
export function autoMapOf(architecture: string): Record<string, string> {
	if (!Object.hasOwn(autoClasses, architecture)) {
		throw new UnsupportedError(
			"config.json",
			mustBe("architectures", Object.keys(autoClasses).join(", "), architecture),
		)
	}
	return { [autoClasses[architecture]!]: `${loader}.${architecture}` }
}

/** Writes modeling_winnow.py, which `autoMapOf` points to, into an existing folder. */
export async function writePythonLoader(folder: string): Promise<void> {
	const file = `${loader}.py`
	await copyFile(fileURLToPath(new URL(file, import.meta.url)), join(folder, file))
}
