import { join } from "node:path"
import ts from "typescript"
import { root } from "../src/workspace.mjs"

/** What TypeScript finds wrong with files, and with all that they import, in a user's project that is strict and no more. */
export function typeErrors(files: readonly string[]): string[] {
	const program = ts.createProgram(files, {
		strict: true,
		noEmit: true,
		allowImportingTsExtensions: true,
		target: ts.ScriptTarget.ES2023,
		module: ts.ModuleKind.NodeNext,
		typeRoots: [join(root, "node_modules/@types")],
		types: ["node"],
	})
	return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
		const line = file ? file.getLineAndCharacterOfPosition(start ?? 0).line + 1 : 0
		return `${file?.fileName} line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
	})
}
