#!/usr/bin/env node
// Writes what documents show of the committed results: the README's table and the pictures. A test fails when they differ.
import { readFileSync, writeFileSync } from "node:fs"
import { picturesOf, readmeWith } from "./documents.mjs"

const readme = new URL("../../README.md", import.meta.url)
writeFileSync(readme, readmeWith(readFileSync(readme, "utf8")))
for (const { url, svg } of picturesOf()) writeFileSync(url, svg)
