import ts from "typescript"

/** TypeScript without its types, for Node as it is; `./name.ts` becomes `./name.js`. */
export function transpiled(code: string): string {
	const compilerOptions = {
		target: ts.ScriptTarget.ES2023,
		module: ts.ModuleKind.ESNext,
		verbatimModuleSyntax: true,
		rewriteRelativeImportExtensions: true,
	}
	return ts.transpileModule(code, { compilerOptions }).outputText
}
