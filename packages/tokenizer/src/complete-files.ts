import { join } from "node:path"
import { parsedJson } from "./checked-json.ts"
import { loadTokenizer, tokenizerJsonText } from "./load-tokenizer.ts"
import { bertTokens, robertaTokens } from "./special-tokens.ts"
import { textFile } from "./text-file.ts"

export interface ModelFacts {
	/** `model_type` of the model's config.json. */
	readonly modelType: string
	/** Most tokens of an input. */
	readonly maxLength: number
}

/** Transformers' tokenizer of each family that has one of our kinds. */
const classes: Readonly<Record<string, string>> = {
	bert: "BertTokenizer",
	distilbert: "DistilBertTokenizer",
	roberta: "RobertaTokenizer",
}

/**
 * The files of a folder's tokenizer such that other libraries read them as Winnow does.
 *
 * Transformers.js wants a tokenizer.json, and takes from tokenizer_config.json what Transformers knows by the kind of a model: which
 * tokenizer it is, how its separators are called, how long an input may be. What is missing is written; what is there stays.
 *
 * @returns names of the files to copy as they are, and the text of those to write
 * @throws what `loadTokenizer` throws
 */
export async function completeFiles(
	folder: string,
	{ modelType, maxLength }: ModelFacts,
): Promise<{ readonly copied: readonly string[]; readonly written: Readonly<Record<string, string>> }> {
	const { files } = await loadTokenizer(folder)
	const written: Record<string, string> = {}
	if (!files.includes("tokenizer.json")) written["tokenizer.json"] = await tokenizerJsonText(folder)
	const config = await fieldsOf(join(folder, "tokenizer_config.json"))
	const roles = Object.entries(modelType === "roberta" ? robertaTokens : bertTokens)
	const usual: Fields = {
		...Object.fromEntries(roles.map(([role, token]) => [`${role}_token`, token])),
		...(await fieldsOf(join(folder, "special_tokens_map.json"))),
		model_max_length: maxLength,
		tokenizer_class: classes[modelType],
	}
	const missing = Object.entries(usual).filter(([field, value]) => value !== undefined && config[field] === undefined)
	if (missing.length > 0) {
		const complete = { ...config, ...Object.fromEntries(missing) }
		written["tokenizer_config.json"] = `${JSON.stringify(complete, undefined, 2)}\n`
	}
	return { copied: files.filter((name) => written[name] === undefined), written }
}

type Fields = Readonly<Record<string, unknown>>

async function fieldsOf(path: string): Promise<Fields> {
	const file = await textFile(path)
	return file ? (parsedJson(file.path, file.text) as Fields) : {}
}
