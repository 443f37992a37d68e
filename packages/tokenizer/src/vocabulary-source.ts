import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { checked, parsedJson } from "./checked-json.ts"
import { mergesOf } from "./merges.ts"
import { requireKind } from "./required-kind.ts"
import type { FileText } from "./text-file.ts"
import type { TokenizerKind } from "./tokenizer-class.ts"
import type { TokenizerFolder } from "./tokenizer-folder.ts"
import { modelKind } from "./tokenizer-json.ts"
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts"

/** Where a tokenizer's vocabulary is from. */
export interface VocabularySource {
	/** File to name where something in it turns out wrong. */
	readonly where: string
	/** The tokenizer.json that it is from, as it is given; undefined where it is from older files. */
	readonly json: JsonFields | undefined
	readonly vocabulary: Vocabulary
	/** `vocab` and, of a byte-level tokenizer, `merges`, as a tokenizer.json has them. */
	readonly model: Readonly<Record<string, unknown>>
}

const JsonFields = type({
	model: { vocab: "Record<string, number>", "merges?": "unknown" },
	"truncation?": type({ "direction?": "'Left' | 'Right'" }).or("null"),
	"padding?": type({ pad_token: "string" }).or("null"),
	"decoder?": "unknown",
})
type JsonFields = typeof JsonFields.infer

/**
 * The vocabulary that a class takes: that of tokenizer.json where there is one, else of vocab.txt, or vocab.json and merges.txt.
 *
 * Transformers makes up a vocabulary of five tokens where the file of a class is missing and another is there; that is refused.
 *
 * @throws {InvalidInputError} when the files are missing or wrong
 * @throws {UnsupportedError} when they are of another kind of tokenizer
 */
export function vocabularySource(folder: TokenizerFolder, kind: TokenizerKind): VocabularySource {
	const { texts, pathOf } = folder
	const json = texts["tokenizer.json"]
	if (json) return ofJson(json, kind)
	if (folder.foreign !== undefined) {
		const ours = "in tokenizer.json, vocab.txt, or vocab.json and merges.txt"
		throw new UnsupportedError(pathOf("tokenizer.json"), mustBe("the vocabulary", ours, folder.foreign))
	}
	const [words, tokens, merges] = [texts["vocab.txt"], texts["vocab.json"], texts["merges.txt"]]
	if (!words && !(tokens && merges)) {
		const expected = "one with tokenizer.json, vocab.txt, or vocab.json and merges.txt"
		throw new InvalidInputError("tokenizer", "the folder", expected, folder.folder)
	}
	if (kind === "backend") throw missing(pathOf("tokenizer.json"), kind)
	if (kind !== "roberta") {
		if (!words) throw missing(pathOf("vocab.txt"), kind)
		return ofLines(words)
	}
	if (!tokens || !merges) throw missing(pathOf(tokens ? "merges.txt" : "vocab.json"), kind)
	return ofMerges(tokens, merges)
}

const namesOfKinds = {
	bert: "BertTokenizer",
	convBert: "ConvBertTokenizer",
	roberta: "RobertaTokenizer",
	backend: "TokenizersBackend",
} as const satisfies Record<TokenizerKind, string>

function missing(path: string, kind: TokenizerKind): InvalidInputError {
	return new InvalidInputError(path, "the file", `there for a ${namesOfKinds[kind]}`, "missing")
}

function ofJson({ path, text }: FileText, kind: TokenizerKind): VocabularySource {
	const data = parsedJson(path, text)
	const model = modelKind(path, data)
	if (kind === "roberta") requireKind(path, "model.type", ["BPE"], model)
	if (kind === "bert" || kind === "convBert") requireKind(path, "model.type", ["WordPiece"], model)
	const json = checked(path, JsonFields, data)
	const { vocab, merges } = json.model
	return {
		where: path,
		json,
		vocabulary: vocabularyOf(path, Object.entries(vocab)),
		model: model === "BPE" ? { vocab, merges } : { vocab },
	}
}

/** A token a line, its id the number of the line, from 0, of several the last. The library drops white space at the end of a line. */
function ofLines({ path, text }: FileText): VocabularySource {
	const lines = linesOf(text).map((line) => line.replace(/\p{White_Space}+$/u, ""))
	const vocabulary = vocabularyOf(path, [...new Map(lines.map((token, id) => [token, id]))])
	return { where: path, json: undefined, vocabulary, model: { vocab: Object.fromEntries(vocabulary) } }
}

const TokenIds = type("Record<string, number>")

function ofMerges(tokens: FileText, merges: FileText): VocabularySource {
	const vocab = checked(tokens.path, TokenIds, parsedJson(tokens.path, tokens.text))
	const vocabulary = vocabularyOf(tokens.path, Object.entries(vocab))
	const lines = linesOf(merges.text)
	// For messages that name the file: what it says is read once more, as part of a tokenizer.json.
	mergesOf(merges.path, vocabulary, lines)
	const pairs = lines.filter((line) => !line.startsWith("#version")).map((line) => line.split(" "))
	return { where: tokens.path, json: undefined, vocabulary, model: { vocab, merges: pairs } }
}

function linesOf(text: string): string[] {
	const lines = text.split(/\r?\n/)
	if (lines.at(-1) === "") lines.pop()
	return lines
}
