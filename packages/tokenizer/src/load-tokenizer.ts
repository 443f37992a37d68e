import { definedTokenizer } from "./defined-tokenizer.ts"
import { settledTokenizer } from "./settled-tokenizer.ts"
import type { Tokenizer } from "./tokenizer.ts"
import { tokenizerFolder } from "./tokenizer-folder.ts"
import { tokenizerJson } from "./tokenizer-json.ts"

/**
 * Loads the tokenizer of a model's folder, WordPiece as BERT has it or byte-level BPE as RoBERTa has it: tokenizer.json
 * or, where there is none, vocab.txt, or vocab.json with merges.txt, and what stands beside them. Ids are those of
 * Transformers' AutoTokenizer, offsets those of Hugging Face `tokenizers` in UTF-16 code units.
 *
 * How long an input may be, and how batches are padded, is the caller's to say, whatever the files do.
 *
 * @param folder - local folder
 * @throws {InvalidInputError} when files are missing, are not JSON or lack fields; when ids repeat
 * @throws {UnsupportedError} when the model is another, or some other part is neither BERT's nor RoBERTa's
 * @example
 * const tokenizer = await loadTokenizer("models/bert-base-uncased")
 * tokenizer.encode("A plane.", { pair: "An aeroplane.", maxLength: 128 }).ids // => [101, 1037, 4946, 1012, 102, ...]
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
	const files = await tokenizerFolder(folder)
	const { where, data, truncationSide, splitsSpecialTokens, size } = settledTokenizer(files)
	return definedTokenizer({ ...tokenizerJson(where, data), size, truncationSide, splitsSpecialTokens }, files.names)
}
