import { existsSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { type ByteLevelFiles, byteLevelFiles, byteLevelFilesJson } from "./byte-level-files.ts"
import { definedTokenizer } from "./defined-tokenizer.ts"
import { type FileText, textFile } from "./text-file.ts"
import type { Tokenizer } from "./tokenizer.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { tokenizerJson } from "./tokenizer-json.ts"
import { type VocabularyFiles, vocabularyFile, vocabularyFileJson } from "./vocabulary-file.ts"

/** What a tokenizer may consist of. A copy takes all that exist, read here or not: other programs may read them. */
const names = [
	"tokenizer.json",
	"tokenizer_config.json",
	"special_tokens_map.json",
	"vocab.txt",
	"vocab.json",
	"merges.txt",
	"added_tokens.json",
] as const

/**
 * Loads the tokenizer of a model's folder, WordPiece as BERT has it or byte-level BPE as RoBERTa has it: tokenizer.json
 * or, where there is none, vocab.txt with tokenizer_config.json, or vocab.json with merges.txt. Ids and offsets are those
 * of Hugging Face `tokenizers`, offsets in UTF-16 code units.
 *
 * Truncation and padding set in the files are ignored: the caller says how long an input may be, and pads batches.
 *
 * @param folder - local folder
 * @throws {InvalidInputError} when files are missing, are not JSON or lack fields; when ids leave gaps or repeat
 * @throws {UnsupportedError} when the model is another, or some other part is neither BERT's nor RoBERTa's
 * @example
 * const tokenizer = await loadTokenizer("models/bert-base-uncased")
 * tokenizer.encode("A plane.", { pair: "An aeroplane.", maxLength: 128 }).ids // => [101, 1037, 4946, 1012, 102, ...]
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
	const files = names.filter((name) => existsSync(join(folder, name)))
	return definedTokenizer(await definitionIn(folder), files)
}

async function definitionIn(folder: string): Promise<TokenizerDefinition> {
	const file = await textFile(join(folder, "tokenizer.json"))
	return file ? tokenizerJson(file) : fromOlderFiles(folder, { wordPiece: vocabularyFile, byteLevel: byteLevelFiles })
}

/**
 * The text of a tokenizer.json that says what the other files of a folder say, for software that reads nothing else.
 *
 * @throws what `loadTokenizer` throws
 */
export async function tokenizerJsonText(folder: string): Promise<string> {
	const made = await fromOlderFiles<object>(folder, { wordPiece: vocabularyFileJson, byteLevel: byteLevelFilesJson })
	return `${JSON.stringify(made, undefined, 2)}\n`
}

/** What one of two readers makes of the files from before tokenizer.json. */
async function fromOlderFiles<Made>(
	folder: string,
	{ wordPiece, byteLevel }: { wordPiece: (files: VocabularyFiles) => Made; byteLevel: (files: ByteLevelFiles) => Made },
): Promise<Made> {
	const read = (name: (typeof names)[number]) => textFile(join(folder, name))
	const [config, specialTokens, addedTokens] = [
		await read("tokenizer_config.json"),
		await read("special_tokens_map.json"),
		await read("added_tokens.json"),
	]
	const words = await read("vocab.txt")
	if (words && config) return wordPiece({ vocabulary: words, config, specialTokens, addedTokens })
	const [vocabulary, merges] = [await read("vocab.json"), await read("merges.txt")]
	if (vocabulary && merges) {
		return byteLevel({ vocabulary, merges, config: config ?? noConfig(folder), specialTokens, addedTokens })
	}
	const expected = "one with tokenizer.json, vocab.txt and tokenizer_config.json, or vocab.json and merges.txt"
	throw new InvalidInputError("tokenizer", "the folder", expected, folder)
}

/** RoBERTa's is the tokenizer of folders that say nothing. */
function noConfig(folder: string): FileText {
	return { path: join(folder, "tokenizer_config.json"), text: "{}" }
}
