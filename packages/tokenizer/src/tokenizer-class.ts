import { type } from "arktype"
import { checked, parsedJson } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import type { TokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerFolder } from "./tokenizer-folder.ts"

/**
 * How Transformers makes a tokenizer of a folder:
 *
 * - `bert`: BertTokenizer takes the vocabulary and the added tokens, from tokenizer.json or older files, and builds the rest anew;
 * - `convBert`: the same, but of a tokenizer.json only the template is built anew;
 * - `roberta`: RobertaTokenizer takes vocabulary, merges and added tokens, and builds the rest anew;
 * - `backend`: TokenizersBackend, once PreTrainedTokenizerFast, takes tokenizer.json as it is and adds tokens to it.
 */
export type TokenizerKind = "bert" | "convBert" | "roberta" | "backend"

export interface TokenizerClass {
	readonly kind: TokenizerKind
	/** Its name in the files; undefined where they leave it to the kind of the model. */
	readonly name: string | undefined
}

const ModelConfig = type({ "model_type?": "string | null", "tokenizer_class?": "string | null" })

/** Classes by what Transformers 5 has behind their names, `Fast` or not. */
const kinds: Readonly<Record<string, TokenizerKind>> = {
	BertTokenizer: "bert",
	DistilBertTokenizer: "bert",
	ElectraTokenizer: "bert",
	MobileBertTokenizer: "bert",
	SqueezeBertTokenizer: "bert",
	ConvBertTokenizer: "convBert",
	RobertaTokenizer: "roberta",
	BartTokenizer: "roberta",
	LongformerTokenizer: "roberta",
	PreTrainedTokenizer: "backend",
	TokenizersBackend: "backend",
}

/** The tokenizer of models that name none. */
const kindOfModel: Readonly<Record<string, TokenizerKind>> = {
	bert: "bert",
	distilbert: "bert",
	electra: "bert",
	convbert: "bert",
	squeezebert: "bert",
	roberta: "roberta",
	bart: "roberta",
	longformer: "roberta",
}

/**
 * The class that Transformers' AutoTokenizer picks: that of tokenizer_config.json, else of config.json, else the model's usual one,
 * else TokenizersBackend. A folder without a tokenizer.json and without any such word is not read by Transformers; here its files say.
 *
 * @param modelType - that of the model, where the folder has no config.json
 * @throws {UnsupportedError} when it is none of ours
 */
export function tokenizerClass(
	{ texts, pathOf }: TokenizerFolder,
	config: TokenizerConfig,
	modelType: string | undefined,
): TokenizerClass {
	const file = texts["config.json"]
	const model: typeof ModelConfig.infer = file
		? checked(file.path, ModelConfig, parsedJson(file.path, file.text))
		: { ...(modelType === undefined ? {} : { model_type: modelType }) }
	const isOfConfig = config.tokenizer_class !== undefined && config.tokenizer_class !== null
	const name = (isOfConfig ? config.tokenizer_class : model.tokenizer_class) ?? undefined
	const type = model.model_type ?? ""
	if (type !== "") requireKind(pathOf("config.json"), "model_type", Object.keys(kindOfModel), type)
	if (name === undefined || name === "") return { kind: kindOfModel[type] ?? kindOfFiles(texts), name: undefined }
	const stem = name.replace(/Fast$/, "")
	const where = pathOf(isOfConfig ? "tokenizer_config.json" : "config.json")
	requireKind(where, "tokenizer_class", Object.keys(kinds), stem)
	return { kind: kinds[stem]!, name }
}

function kindOfFiles(texts: TokenizerFolder["texts"]): TokenizerKind {
	if (texts["tokenizer.json"]) return "backend"
	return texts["vocab.txt"] ? "bert" : "roberta"
}
