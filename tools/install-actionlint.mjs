#!/usr/bin/env node
// `pnpm install-actionlint`: makes the linter of workflows that a test runs (CONTRIBUTING.md, "Continuous integration"), and prints
// its path.
import { installActionlint } from "./src/actionlint.mjs"
import { SetUpError } from "./src/set-up.mjs"

try {
	console.log(await installActionlint())
} catch (error) {
	if (!(error instanceof SetUpError)) throw error
	console.error(error.message)
	process.exitCode = 1
}
