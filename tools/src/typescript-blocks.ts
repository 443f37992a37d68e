import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./workspace.mjs"

/** What a document fences as `ts`. */
export interface TypescriptBlock {
	/** Document, relative to the root. */
	readonly source: string
	/** Of the first line of code. */
	readonly line: number
	readonly code: string
}

/** Every block of a document that is fenced as `ts`. What is not meant to run is fenced as something else. */
export function typescriptBlocks(source: string): TypescriptBlock[] {
	const text = readFileSync(join(root, source), "utf8")
	return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = "", index }) => ({
		source,
		line: text.slice(0, index).split("\n").length + 1,
		code,
	}))
}

/** The file that a block becomes. Empty lines before the code let errors name the line of the document. */
export function fileOfBlock({ source, line, code }: TypescriptBlock): { readonly name: string; readonly text: string } {
	return { name: `${source.replaceAll("/", "-")}-${line}.ts`, text: `${"\n".repeat(line - 1)}${code}` }
}
