import { existsSync } from "node:fs"
import { join } from "node:path"
import { type FileText, textFile } from "./text-file.ts"

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

/** Vocabularies of other tokenizers, which Transformers prefers to ours where there is no tokenizer.json. */
const foreign = ["tokenizer.model", "tekken.json", "tiktoken.model"]

type Name = (typeof names)[number] | "config.json"

/** The files of a folder that have a say in its tokenizer. */
export interface TokenizerFolder {
	readonly folder: string
	/** Names of those that a copy of the tokenizer takes. */
	readonly names: readonly string[]
	/** A vocabulary of another kind of tokenizer that lies there. */
	readonly foreign: string | undefined
	/** What is in them; the model's config.json, too, which says what kind of model the tokenizer is of. */
	readonly texts: Readonly<Record<Name, FileText | undefined>>
	pathOf(name: Name): string
}

/** @throws {InvalidInputError} when a file cannot be read or is not UTF-8 */
export async function tokenizerFolder(folder: string): Promise<TokenizerFolder> {
	const pathOf = (name: string) => join(folder, name)
	const all: readonly Name[] = [...names, "config.json"]
	const texts = await Promise.all(all.map(async (name) => [name, await textFile(pathOf(name))] as const))
	return {
		folder,
		names: names.filter((name) => existsSync(pathOf(name))),
		foreign: foreign.find((name) => existsSync(pathOf(name))),
		texts: Object.fromEntries(texts) as Record<Name, FileText | undefined>,
		pathOf,
	}
}
