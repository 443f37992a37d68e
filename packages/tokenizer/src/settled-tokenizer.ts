import { InvalidInputError } from "@winnow/tensor"
import { listedTokenJson } from "./added-token-json.ts"
import { type AddedVocabulary, addedVocabulary, requireIds } from "./added-vocabulary.ts"
import { type ConfiguredTokens, configuredTokens, contentOf, isSame, type Token } from "./configured-tokens.ts"
import { addedTokenFields, type TokenOfRole } from "./json-fields.ts"
import { rebuiltParts } from "./rebuilt-parts.ts"
import { bertTokens, type Role, robertaTokens, type SpecialTokenDefaults } from "./special-tokens.ts"
import { type TokenizerKind, tokenizerClass } from "./tokenizer-class.ts"
import { type TokenizerConfig, tokenizerConfig } from "./tokenizer-config.ts"
import type { TokenizerFolder } from "./tokenizer-folder.ts"
import { sizeWith } from "./vocabulary.ts"
import { type VocabularySource, vocabularySource } from "./vocabulary-source.ts"

/** What the files of a folder come to, wherever they say different things. */
export interface SettledTokenizer {
	/** The file that the vocabulary is in, to name in messages. */
	readonly where: string
	/** A tokenizer.json that says all but what follows. */
	readonly data: Readonly<Record<string, unknown>> & { readonly added_tokens: readonly AddedFields[] }
	/** What is cut off from a text that is too long: its start or its end. */
	readonly truncationSide: "left" | "right"
	/** Special tokens that stand in a text are plain text. */
	readonly splitsSpecialTokens: boolean
	/** Largest id + 1, without tokens that nobody named and the vocabulary lacks: Transformers puts them behind all others. */
	readonly size: number
	/** What the token of each role is called. */
	readonly roles: Readonly<Partial<Record<Role, string>>>
	readonly config: TokenizerConfig
	/** The class that a file names. */
	readonly className: string | undefined
	readonly source: VocabularySource
}

type AddedFields = ReturnType<typeof addedTokenFields>

/**
 * Which file wins, for each thing that two of them say. It is what AutoTokenizer of Transformers 5 does; `tokenizerClass` says which
 * column is a folder's.
 *
 * |                                | `bert`           | `convBert`¹       | `roberta`        | `backend`          |
 * | ------------------------------ | ---------------- | ----------------- | ---------------- | ------------------ |
 * | vocabulary, merges             | tokenizer.json²  | tokenizer.json    | tokenizer.json²  | tokenizer.json     |
 * | do_lower_case (true)           | configuration    | tokenizer.json    | -                | tokenizer.json     |
 * | strip_accents (as lower case)  | configuration    | tokenizer.json    | -                | tokenizer.json     |
 * | tokenize_chinese_chars (true)  | configuration    | tokenizer.json    | -                | tokenizer.json     |
 * | clean_text                     | true             | tokenizer.json    | -                | tokenizer.json     |
 * | prefix, longest word, unknown  | ##, 100, configuration | tokenizer.json | no unknown     | tokenizer.json     |
 * | add_prefix_space (false)       | -                | -                 | configuration    | tokenizer.json     |
 * | trim_offsets (true)            | -                | -                 | configuration    | tokenizer.json     |
 * | cls, sep around a text         | configuration    | configuration     | configuration    | tokenizer.json     |
 * | tokens found in a text         | configuration³   | tokenizer.json, then configuration | configuration³ | tokenizer.json, then configuration |
 * | truncation_side (right)        | configuration, else tokenizer.json's `truncation.direction` | same | same | same |
 * | split_special_tokens (false)   | configuration    | configuration     | configuration    | configuration      |
 *
 * ¹ where there is a tokenizer.json, else as `bert`. ² where there is one, else vocab.txt, or vocab.json and merges.txt.
 * ³ `configuredTokens`: tokenizer.json has a say where tokenizer_config.json has no `added_tokens_decoder`.
 *
 * In brackets, what holds where a configuration says nothing, whatever tokenizer.json says. Nobody reads `do_basic_tokenize`,
 * `never_split` and `clean_up_tokenization_spaces`; `padding_side` and `model_max_length` change no ids.
 *
 * @param modelType - `model_type` of the model, where the folder has no config.json
 * @throws {InvalidInputError} when files are missing or wrong
 * @throws {UnsupportedError} when the tokenizer is neither BERT's nor RoBERTa's
 */
export function settledTokenizer(folder: TokenizerFolder, modelType?: string): SettledTokenizer {
	const config = tokenizerConfig(folder.texts["tokenizer_config.json"])
	const { kind: named, name: className } = tokenizerClass(folder, config, modelType)
	const source = vocabularySource(folder, named)
	const kind = named === "convBert" && !source.json ? "bert" : named
	const { added, roles, assumed } = settledTokens(folder, { kind, config, source })
	const where = folder.pathOf("tokenizer_config.json")
	const idOf = (role: Role, ids: Pick<AddedVocabulary, "idOf">) =>
		tokenOfRole(where, role, { content: roles[role], ids })
	const around = kind === "backend" ? [] : [idOf("cls", added), idOf("sep", added)]
	// Words are looked for in the vocabulary alone, and so is what stands for those that are not in it.
	const unknown = kind === "bert" ? idOf("unk", { idOf: (token) => source.vocabulary.get(token) }).content : ""
	const [cls, sep] = around
	const parts = kind === "backend" ? {} : rebuiltParts[kind]({ source, config, cls: cls!, sep: sep!, unknown })
	const all = added.tokens()
	return {
		where: source.where,
		data: {
			version: "1.0",
			truncation: null,
			padding: null,
			...source.json,
			...parts,
			added_tokens: all.map(addedTokenFields),
		},
		truncationSide: config.truncation_side ?? (source.json?.truncation?.direction === "Left" ? "left" : "right"),
		splitsSpecialTokens: config.split_special_tokens ?? false,
		size: sizeWith(source.vocabulary, [...around, ...all.filter(({ content }) => !assumed.has(content))]),
		roles,
		config,
		className,
		source,
	}
}

const defaultTokens: Readonly<Record<TokenizerKind, SpecialTokenDefaults>> = {
	bert: bertTokens,
	convBert: bertTokens,
	roberta: robertaTokens,
	backend: {},
}

interface TokenSources {
	readonly kind: TokenizerKind
	readonly config: TokenizerConfig
	readonly source: VocabularySource
}

/** The tokens beside the vocabulary; which of them play a role; which of those nobody named. */
function settledTokens(folder: TokenizerFolder, { kind, config, source }: TokenSources) {
	const ofJson = source.json ? listedTokenJson(source.where, source.json) : []
	const padding = source.json?.padding?.pad_token
	const tokens = configuredTokens(folder, { config, defaults: defaultTokens[kind], ofJson, padding })
	const added = addedVocabulary(source.vocabulary)
	// TokenizersBackend, and what is built on it, begins with the added tokens of the file.
	const before = kind === "backend" || kind === "convBert" ? ofJson : []
	added.add(before.map(({ token }) => token))
	requireIds(added, before)
	added.add(tokensToAdd(tokens, new Set(before.map(({ token }) => token.content))))
	requireIds(added, tokens.listed)
	const roles = Object.fromEntries(tokens.named.map(([role, token]) => [role, contentOf(token)]))
	return { added, roles: roles as SettledTokenizer["roles"], assumed: tokens.assumed }
}

/** Those listed, then those named that are not there yet; what plays a role is special. */
function tokensToAdd({ listed, named, extra }: ConfiguredTokens, there: ReadonlySet<string>): Token[] {
	const known = new Set([...there, ...listed.map(({ token }) => token.content)])
	const tokens: Token[] = listed.map(({ token }) => token)
	for (const token of [...named.map(([, token]) => token), ...extra]) {
		if (!known.has(contentOf(token)) && !tokens.some((other) => isSame(other, token))) tokens.push(token)
	}
	const played = new Set(named.map(([, token]) => contentOf(token)))
	return tokens.map((token) =>
		typeof token === "string" || !played.has(token.content) ? token : { ...token, special: true },
	)
}

/** @throws {InvalidInputError} when the role has no token, or one without an id */
function tokenOfRole(
	where: string,
	role: Role,
	{ content = "", ids }: { readonly content: string | undefined; readonly ids: Pick<AddedVocabulary, "idOf"> },
): TokenOfRole {
	const id = content === "" ? undefined : ids.idOf(content)
	if (id !== undefined) return { content, id }
	throw new InvalidInputError(where, `${role}_token`, "in the vocabulary", JSON.stringify(content))
}
