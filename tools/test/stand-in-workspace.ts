import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { sourcesFingerprint } from "../src/build-when-stale.mjs"
import { root } from "../src/workspace.mjs"

/** The workspace's commands in a temporary folder, around a stand-in for the built command of apps/orchestrator. */
export interface StandInWorkspace {
	readonly folder: string
	write(file: string, text: string): void
	remove(): void
}

/** @param command - the source of dist/bin.js, which counts as freshly built */
export function standInWorkspace(command: string): StandInWorkspace {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "winnow-start-")))
	const write = (file: string, text: string) => {
		mkdirSync(dirname(join(folder, file)), { recursive: true })
		writeFileSync(join(folder, file), text)
	}
	cpSync(join(root, "tools/src"), join(folder, "tools/src"), { recursive: true })
	for (const file of ["run.mjs", "winnow.mjs"]) cpSync(join(root, "tools", file), join(folder, "tools", file))
	for (const file of ["tsconfig.base.json", "tsup.config.ts", "pnpm-lock.yaml"]) write(file, "")
	write("pnpm-workspace.yaml", "packages:\n  - apps/*\n")
	write("apps/orchestrator/package.json", JSON.stringify({ name: "@winnow/orchestrator", type: "module" }))
	write("apps/orchestrator/src/bin.ts", "")
	write("apps/orchestrator/dist/bin.js", command)
	write("node_modules/.winnow-built", sourcesFingerprint(folder))
	return { folder, write, remove: () => rmSync(folder, { recursive: true }) }
}
