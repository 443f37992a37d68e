import { existsSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { textFile } from "./text-file.ts"
import type { Tokenizer } from "./tokenizer.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { tokenizerJson } from "./tokenizer-json.ts"
import { vocabularyFile } from "./vocabulary-file.ts"
import { wordPieceTokenizer } from "./word-piece-tokenizer.ts"

/** What a tokenizer may consist of. A copy takes all that exist, read here or not: other programs may read them. */
const names = [
	"tokenizer.json",
	"tokenizer_config.json",
	"special_tokens_map.json",
	"vocab.txt",
	"added_tokens.json",
] as const

/**
 * Loads the WordPiece tokenizer of a model's folder: tokenizer.json or, where there is none, vocab.txt with
 * tokenizer_config.json. Ids and offsets are those of Hugging Face `tokenizers`, offsets in UTF-16 code units.
 *
 * Truncation and padding set in the files are ignored: the caller says how long an input may be, and pads batches.
 *
 * @param folder - local folder
 * @throws {InvalidInputError} when files are missing, are not JSON or lack fields; when ids leave gaps or repeat
 * @throws {UnsupportedError} when the model is not WordPiece, or normalisation or word splitting is not BERT's
 * @example
 * const tokenizer = await loadTokenizer("models/bert-base-uncased")
 * tokenizer.encode("A plane.", { pair: "An aeroplane.", maxLength: 128 }).ids // => [101, 1037, 4946, 1012, 102, ...]
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
	const files = names.filter((name) => existsSync(join(folder, name)))
	return wordPieceTokenizer(await definitionIn(folder), files)
}

async function definitionIn(folder: string): Promise<TokenizerDefinition> {
	const read = (name: (typeof names)[number]) => textFile(join(folder, name))
	const file = await read("tokenizer.json")
	if (file) return tokenizerJson(file)
	const [vocabulary, config] = [await read("vocab.txt"), await read("tokenizer_config.json")]
	if (!vocabulary || !config) {
		const expected = "one with tokenizer.json, or with vocab.txt and tokenizer_config.json"
		throw new InvalidInputError("tokenizer", "the folder", expected, folder)
	}
	const [specialTokens, addedTokens] = [await read("special_tokens_map.json"), await read("added_tokens.json")]
	return vocabularyFile({ vocabulary, config, specialTokens, addedTokens })
}
