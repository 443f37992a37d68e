import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** A folder with files, text as it is and anything else as JSON; it is gone when the test is. */
export function folderWith(files: Readonly<Record<string, unknown>>): string {
	const folder = mkdtempSync(join(tmpdir(), "winnow-tokenizer-"))
	onTestFinished(() => rmSync(folder, { recursive: true }))
	for (const [name, content] of Object.entries(files)) {
		writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content))
	}
	return folder
}
