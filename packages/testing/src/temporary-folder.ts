import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach } from "vitest"

/** Makes an empty folder for every test of the file; call what it returns to get its path. */
export function temporaryFolder(): () => string {
	let folder = ""
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "winnow-test-"))
	})
	afterEach(() => rmSync(folder, { recursive: true, force: true }))
	return () => folder
}
