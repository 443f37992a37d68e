import { existsSync } from "node:fs"
import { defineConfig } from "tsup"

// One entry a public subpath; declarations come from tsc (tsup's own do not work with TypeScript 6).
export default defineConfig({
	entry: ["src/index.ts", "src/conformance.ts", "src/metrics.ts", "src/bin.ts"].filter(existsSync),
	format: "esm",
	target: "node20",
	sourcemap: true,
	clean: true,
	dts: false,
	publicDir: existsSync("static") ? "static" : false,
})
