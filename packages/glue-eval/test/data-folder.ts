import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** A temporary folder with these files, gone when the test ends. */
export async function dataFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "glue-eval-"))
	onTestFinished(() => rm(folder, { recursive: true }))
	for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
	return folder
}

/** Lines of a TSV file from rows of cells. */
export function tsv(...rows: readonly (readonly (string | number)[])[]): string {
	return rows.map((cells) => `${cells.join("\t")}\n`).join("")
}

/** Lines of a JSONL file from objects. */
export function jsonl(...objects: readonly object[]): string {
	return objects.map((object) => `${JSON.stringify(object)}\n`).join("")
}
