#!/usr/bin/env node
// `pnpm install-chromium`: makes the headless Chromium that a test of exported models runs in (CONTRIBUTING.md, "Chromium"), and
// prints the path of its launcher.
import { installChromium } from "./src/chromium.mjs"
import { SetUpError } from "./src/set-up.mjs"

try {
	console.log(await installChromium())
} catch (error) {
	if (!(error instanceof SetUpError)) throw error
	console.error(error.message)
	process.exitCode = 1
}
