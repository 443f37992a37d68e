import { InvalidInputError, mustBe, UnsupportedError } from "@winnow/tensor"
import { type } from "arktype"
import { checked } from "./checked-json.ts"
import { requireKind } from "./required-kind.ts"
import { bertTemplate, type Piece, robertaTemplate, type Template } from "./template.ts"

const TokenId = type("number.integer >= 0")
const SegmentId = type("0 <= number.integer <= 255")

const AnyProcessor = type({ "post_processor?": type({ type: "string" }).or("null") })

/** Of BertProcessing and of RobertaProcessing. */
const Separators = type({ post_processor: { cls: ["string", TokenId], sep: ["string", TokenId] } })

const FilePiece = type({
	"Sequence?": { id: "'A' | 'B'", type_id: SegmentId },
	"SpecialToken?": { id: "string", type_id: SegmentId },
})
type FilePiece = typeof FilePiece.infer

const TemplateProcessing = type({
	post_processor: {
		single: FilePiece.array(),
		pair: FilePiece.array(),
		special_tokens: { "[string]": { ids: TokenId.array() } },
	},
})
type SpecialTokens = typeof TemplateProcessing.infer.post_processor.special_tokens

/** Kinds of post_processor that are a template. */
type Kind = "TemplateProcessing" | "BertProcessing" | "RobertaProcessing"

interface TemplateLimits {
	/** Of the vocabulary, which the special tokens are in. */
	readonly size: number
	/** Those that go with the rest of the tokenizer. */
	readonly kinds: readonly Kind[]
}

/**
 * Reads the `post_processor` of a tokenizer.json.
 *
 * @param where - path of the file, for messages
 * @param data - the whole file
 * @throws {InvalidInputError} when it is incomplete
 * @throws {UnsupportedError} when it is none of the kinds, or leaves out or repeats a text
 */
export function templateJson(where: string, data: unknown, { size, kinds }: TemplateLimits): Template {
	const kind = checked(where, AnyProcessor, data).post_processor?.type ?? null
	requireKind(where, "post_processor.type", kinds, kind)
	const template = kind === "TemplateProcessing" ? templateProcessing(where, data) : separated(where, data, kind)
	requireTexts(where, "post_processor.single", template.single, [0])
	requireTexts(where, "post_processor.pair", template.pair, [0, 1])
	requireIdsBelow(where, size, [...template.single, ...template.pair])
	return template
}

function separated(where: string, data: unknown, kind: string | null): Template {
	const { cls, sep } = checked(where, Separators, data).post_processor
	return kind === "RobertaProcessing" ? robertaTemplate(cls[1], sep[1]) : bertTemplate(cls[1], sep[1])
}

function templateProcessing(where: string, data: unknown): Template {
	const { single, pair, special_tokens } = checked(where, TemplateProcessing, data).post_processor
	const pieces = (of: readonly FilePiece[]) => of.map((filePiece) => piece(where, filePiece, special_tokens))
	return { single: pieces(single), pair: pieces(pair) }
}

function piece(where: string, { Sequence, SpecialToken }: FilePiece, specialTokens: SpecialTokens): Piece {
	if (Sequence) return { sequence: Sequence.id === "A" ? 0 : 1, segment: Sequence.type_id }
	if (!SpecialToken) {
		throw new InvalidInputError(where, "a piece of post_processor", "a Sequence or a SpecialToken", "neither")
	}
	const { id, type_id } = SpecialToken
	if (!Object.hasOwn(specialTokens, id)) {
		throw new InvalidInputError(where, "a SpecialToken", "one of post_processor.special_tokens", id)
	}
	return { ids: specialTokens[id]!.ids, segment: type_id }
}

/** Every text once: truncation counts on it. */
function requireTexts(where: string, what: string, pieces: readonly Piece[], texts: readonly number[]): void {
	const found = pieces.flatMap((piece) => ("sequence" in piece ? [piece.sequence] : [])).sort()
	if (found.join() === texts.join()) return
	const names = (sequences: readonly number[]) => sequences.map((sequence) => "AB"[sequence]).join(" and ")
	throw new UnsupportedError(where, mustBe(what, `a template of ${names(texts)}, once each`, names(found)))
}

function requireIdsBelow(where: string, size: number, pieces: readonly Piece[]): void {
	for (const piece of pieces) {
		for (const id of "ids" in piece ? piece.ids : []) {
			if (id >= size) throw new InvalidInputError(where, "a special token of post_processor", `an id below ${size}`, id)
		}
	}
}
