import { type } from "arktype"
import type { AddedToken } from "./added-tokens.ts"
import { checked } from "./checked-json.ts"
import type { ListedToken } from "./configured-tokens.ts"

const FileAddedToken = type({
	id: "number.integer >= 0",
	content: "string",
	single_word: "boolean",
	lstrip: "boolean",
	rstrip: "boolean",
	normalized: "boolean",
	"special?": "boolean",
})

const AddedTokens = type({ "added_tokens?": FileAddedToken.array() })

/**
 * Reads the `added_tokens` of a tokenizer.json.
 *
 * @param where - path of the file, for messages
 * @param data - the whole file
 * @throws {InvalidInputError} when a field is missing or wrong
 */
export function addedTokenJson(where: string, data: unknown): AddedToken[] {
	const { added_tokens = [] } = checked(where, AddedTokens, data)
	return added_tokens.filter(({ content }) => content !== "").map(addedToken)
}

/** The same, as a configuration lists tokens. */
export function listedTokenJson(where: string, data: unknown): ListedToken[] {
	const { added_tokens = [] } = checked(where, AddedTokens, data)
	return added_tokens.map(({ id, ...token }) => ({ id, token, where }))
}

function addedToken(token: typeof FileAddedToken.infer): AddedToken {
	return {
		id: token.id,
		content: token.content,
		singleWord: token.single_word,
		leftStrip: token.lstrip,
		rightStrip: token.rstrip,
		normalized: token.normalized,
		isSpecial: token.special ?? false,
	}
}
