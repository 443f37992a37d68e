import { type } from "arktype"
import { byteLevelDefinition, byteLevelSettings } from "./byte-level-json.ts"
import { checked } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { wordPieceDefinition, wordPieceSettings } from "./word-piece-json.ts"

/** Enough to say what kind of tokenizer it is. */
const Outline = type({
	"version?": "string",
	model: { "type?": "string", "continuing_subword_prefix?": "unknown", "merges?": "unknown" },
})
type Outline = typeof Outline.infer

/**
 * Reads the data of a tokenizer.json. Its `truncation` and `padding` belong to whatever use it was saved from and are ignored.
 *
 * @param where - path of the file, for messages
 * @throws {InvalidInputError} when a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than BERT's or RoBERTa's
 */
export function tokenizerJson(where: string, data: unknown): TokenizerDefinition {
	return modelKind(where, data) === "BPE"
		? byteLevelDefinition(where, byteLevelSettings(where, data))
		: wordPieceDefinition(where, wordPieceSettings(where, data))
}

/** Whether two of them with the same vocabulary say the same; one that is not ours says something else. */
export function saysTheSame(where: string, one: unknown, other: unknown): boolean {
	try {
		return meaningOf(where, one) === meaningOf(where, other)
	} catch {
		return false
	}
}

function meaningOf(where: string, data: unknown): string {
	const read = modelKind(where, data) === "BPE" ? byteLevelSettings : wordPieceSettings
	const { addedTokens, ...settings } = read(where, data)
	const byId = [...addedTokens].sort((a, b) => a.id - b.id)
	return JSON.stringify({ ...settings, vocabulary: undefined, merges: undefined, byId })
}

/**
 * The kind of model, one of ours.
 *
 * @throws {UnsupportedError} when it is another
 */
export function modelKind(where: string, data: unknown): "WordPiece" | "BPE" {
	const { version = "1.0", model } = checked(where, Outline, data)
	const kind = model.type ?? unnamedKind(model)
	requireKind(where, "version", ["1.0"], version)
	requireKind(where, "model.type", ["WordPiece", "BPE"], kind)
	return kind as "WordPiece" | "BPE"
}

/** Files of 2020 do not name their model: it shows by its fields. */
function unnamedKind(model: Outline["model"]): string | null {
	if ("merges" in model) return "BPE"
	return "continuing_subword_prefix" in model ? "WordPiece" : null
}
