#!/usr/bin/env node
// What `pnpm winnow` runs. A bin and not a script of package.json, because pnpm announces scripts on standard output.
process.argv.splice(2, 0, "winnow")
import("./run.mjs")
