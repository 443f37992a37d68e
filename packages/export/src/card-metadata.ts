import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parseDocument, stringify } from "yaml"
import { cardFile } from "./card-file.ts"

/** Of a model card's metadata what holds for a model that is made of another, too. */
export interface InheritedMetadata {
	readonly license?: string
	readonly license_name?: string
	readonly license_link?: string
	readonly base_model?: string | readonly string[]
	readonly datasets?: string | readonly string[]
	readonly language?: string | readonly string[]
}

const single = ["license", "license_name", "license_link"] as const
const several = ["base_model", "datasets", "language"] as const

/**
 * What the model card in a folder says that its copies say, too: license, base model, data sets, languages, from the lines between `---` at the
 * start of README.md. Nothing where there is no card, or its metadata is no YAML.
 *
 * @example
 * await inheritedMetadata("models/minilm-sst2") // => { license: "mit", language: "en" }
 */
export async function inheritedMetadata(folder: string): Promise<InheritedMetadata> {
	const text = await readFile(join(folder, cardFile), "utf8").catch(() => "")
	const [, front] = /^\uFEFF?---\r?\n(.*?)\r?\n---\s*(?:\r?\n|$)/s.exec(text) ?? []
	const document = parseDocument(front ?? "", { schema: "failsafe" })
	const values: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 0 })
	if (typeof values !== "object" || values === null) return {}
	const found = values as Record<string, unknown>
	const isWord = (value: unknown) => typeof value === "string" && value !== ""
	const isWords = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isWord)
	return Object.fromEntries([
		...single.filter((field) => isWord(found[field])).map((field) => [field, found[field]]),
		...several.filter((field) => isWord(found[field]) || isWords(found[field])).map((field) => [field, found[field]]),
	])
}

/** Metadata as a card begins with it, quoted so that readers of YAML 1.1, as the Hub, take words for words; fields without a value are left out. */
export function frontMatter(fields: object): string {
	const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
	return `---\n${stringify(given, { lineWidth: 0, version: "1.1" })}---\n`
}
