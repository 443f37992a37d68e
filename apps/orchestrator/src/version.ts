import { createRequire } from "node:module"

// One level below package.json, here in src/ and bundled in dist/.
const { version } = createRequire(import.meta.url)("../package.json")

/** Of this package: written into results. */
export const winnowVersion: string = version
