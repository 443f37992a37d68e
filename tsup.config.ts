import { copyFileSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { defineConfig } from "tsup"

interface Manifest {
	readonly exports?: Record<string, string | { readonly "@winnow/source"?: string }>
	readonly bin?: Record<string, string>
}

// Runs in a package's folder. One entry a public subpath and one a bin; declarations come from tsc (tsup's own do not work with
// TypeScript 6).
const { exports = {}, bin = {} } = JSON.parse(readFileSync("package.json", "utf8")) as Manifest
const subpaths = Object.values(exports).flatMap(
	(target) => (typeof target === "object" && target["@winnow/source"]) || [],
)
const bins = Object.values(bin).map((file) => file.replace("dist/", "src/").replace(/\.js$/, ".ts"))

export default defineConfig({
	entry: [...subpaths, ...bins],
	format: "esm",
	target: "node20",
	sourcemap: true,
	clean: true,
	dts: false,
	onSuccess: copyFiles,
})

/** Worker threads (plain .mjs) and Python files are found by code beside them: in src/ from source, in dist/ from the bundle. */
async function copyFiles(): Promise<void> {
	const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => /\.(mjs|py)$/.test(file))
	for (const file of files) copyFileSync(join("src", file), join("dist", basename(file)))
}
