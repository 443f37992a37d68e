import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { fileOfBlock, type TypescriptBlock, typescriptBlocks } from "../src/typescript-blocks.ts"
import { root, workspacePackages } from "../src/workspace.mjs"

// The blocks become files of the package that depends on all published ones, so that every name resolves as its exports say.
const folder = mkdtempSync(join(root, "apps/orchestrator/.readme-blocks-"))
afterAll(() => rmSync(folder, { recursive: true }))

const blocks = documents().flatMap(typescriptBlocks)
const files = new Map(blocks.map((block) => [`${block.source}:${block.line}`, writeBlock(block)]))
let typeErrors: ReadonlyMap<string, readonly string[]> = new Map()

beforeAll(() => {
	typeErrors = typeErrorsOf([...files.values()])
})

it("finds the documents", () => {
	expect(documents()).toEqual(expect.arrayContaining(["README.md", "docs/CONTRIBUTING.md"]))
})

it.each([...files])("%s runs as it stands there", async (_name, file) => {
	expect(typeErrors.get(file)).toEqual([])
	const log = vi.spyOn(console, "log").mockImplementation(() => {})
	try {
		await import(file)
	} finally {
		log.mockRestore()
	}
})

/** README.md of the root and of every package, and everything in docs/. */
function documents(): string[] {
	const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
	const readmes = workspacePackages().map((one) => `${one.folder}/README.md`)
	const all = ["README.md", ...readmes, ...docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)]
	return all.filter((file) => existsSync(join(root, file)))
}

function writeBlock(block: TypescriptBlock): string {
	const { name, text } = fileOfBlock(block)
	writeFileSync(join(folder, name), text)
	return join(folder, name)
}

/** Type errors of each file, in the eyes of a user's project that is strict and no more. */
function typeErrorsOf(paths: readonly string[]): Map<string, string[]> {
	const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile)
	const users = { ...config.compilerOptions, noUnusedLocals: false, noUncheckedIndexedAccess: false }
	const { options } = ts.convertCompilerOptionsFromJson(users, join(root, "tools"))
	const program = ts.createProgram(paths, options)
	return new Map(paths.map((path) => [path, errorsIn(program, path)]))
}

function errorsIn(program: ts.Program, path: string): string[] {
	const file = program.getSourceFile(path)
	return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => {
		const line = file ? file.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line + 1 : 0
		return `line ${line}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`
	})
}
