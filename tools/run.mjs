#!/usr/bin/env node
// The workspace's commands: `npm start`, `npm test`, `pnpm check`, `npm run pack`, `npx winnow` (CONTRIBUTING.md says what each does). Plain
// JavaScript on Node alone, because it runs before anything is installed; this file even parses on a Node that is too old for
// the rest.
const oldest = "20.19"
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
	console.error(`set-up: Node must be ${oldest} or newer (was ${process.versions.node})`)
	process.exitCode = 1
} else {
	import("./src/main.mjs").then(({ main }) => main(process.argv.slice(2)))
}
