import type { AddedToken } from "./added-tokens.ts"

// Parts of a tokenizer.json, as Hugging Face `tokenizers` writes them.

/** What plays a role. */
export interface TokenOfRole {
	readonly content: string
	readonly id: number
}

export function addedTokenFields(token: AddedToken) {
	return {
		id: token.id,
		content: token.content,
		single_word: token.singleWord,
		lstrip: token.leftStrip,
		rstrip: token.rightStrip,
		normalized: token.normalized,
		special: token.isSpecial,
	}
}

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, B and what follows it of type 1. */
export function bertTemplateFields(cls: TokenOfRole, sep: TokenOfRole): object {
	const special = ({ content }: TokenOfRole, type_id: number) => ({ SpecialToken: { id: content, type_id } })
	const sequence = (id: "A" | "B", type_id: number) => ({ Sequence: { id, type_id } })
	const single = [special(cls, 0), sequence("A", 0), special(sep, 0)]
	const described = [cls, sep].map(({ content, id }) => [content, { id: content, ids: [id], tokens: [content] }])
	return {
		type: "TemplateProcessing",
		single,
		pair: [...single, sequence("B", 1), special(sep, 1)],
		special_tokens: Object.fromEntries(described),
	}
}

/** `<s> A </s>` and `<s> A </s> </s> B </s>`, all of type 0. */
export function robertaTemplateFields(cls: TokenOfRole, sep: TokenOfRole, spaces: object): object {
	const separator = ({ content, id }: TokenOfRole) => [content, id]
	return { type: "RobertaProcessing", sep: separator(sep), cls: separator(cls), ...spaces }
}
