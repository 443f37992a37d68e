#!/usr/bin/env node
// `pnpm install-models [NAME...]`: fetches the models of real weights that some tests run on (CONTRIBUTING.md, "Real weights"), and
// prints their folders, one a line.
import { installModel, usualModels } from "./src/models.mjs"
import { SetUpError } from "./src/set-up.mjs"

const named = process.argv.slice(2)
try {
	for (const name of named.length > 0 ? named : usualModels) console.log(await installModel(name))
} catch (error) {
	if (!(error instanceof SetUpError)) throw error
	console.error(error.message)
	process.exitCode = 1
}
