import { type } from "arktype"
import { byteLevelJson } from "./byte-level-json.ts"
import { checked, parsedJson } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import type { FileText } from "./text-file.ts"
import type { TokenizerDefinition } from "./tokenizer-definition.ts"
import { wordPieceJson } from "./word-piece-json.ts"

/** Enough to say what kind of tokenizer it is. */
const Outline = type({
	"version?": "string",
	model: { "type?": "string", "continuing_subword_prefix?": "unknown", "merges?": "unknown" },
})
type Outline = typeof Outline.infer

/**
 * Reads a tokenizer.json. Its `truncation` and `padding` belong to whatever use it was saved from and are ignored.
 *
 * @throws {InvalidInputError} when it is not JSON, a field is missing or wrong, or ids do not fit together
 * @throws {UnsupportedError} when a part is of another kind than BERT's or RoBERTa's
 */
export function tokenizerJson({ path: where, text }: FileText): TokenizerDefinition {
	const data = parsedJson(where, text)
	const { version = "1.0", model } = checked(where, Outline, data)
	const kind = model.type ?? unnamedKind(model)
	requireKind(where, "version", ["1.0"], version)
	requireKind(where, "model.type", ["WordPiece", "BPE"], kind)
	return kind === "BPE" ? byteLevelJson(where, data) : wordPieceJson(where, data)
}

/** Files of 2020 do not name their model: it shows by its fields. */
function unnamedKind(model: Outline["model"]): string | null {
	if ("merges" in model) return "BPE"
	return "continuing_subword_prefix" in model ? "WordPiece" : null
}
