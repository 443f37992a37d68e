#!/usr/bin/env node
// `pnpm install-python`: makes the Python environment that some tests and benches compare with (CONTRIBUTING.md, "PyTorch and
// Transformers"), and prints the path of its python.
import { installPython } from "./src/python-environment.mjs"
import { SetUpError } from "./src/set-up.mjs"

try {
	console.log(await installPython())
} catch (error) {
	if (!(error instanceof SetUpError)) throw error
	console.error(error.message)
	process.exitCode = 1
}
