import { createRequire } from "node:module"

// One level below package.json, here in src/ and bundled in dist/.
const { version, engines } = createRequire(import.meta.url)("../package.json")

/** Of this package: written into results. */
export const winnowVersion: string = version

/** The oldest Node that this package runs on: `20.19`. */
export const oldestNode: string = engines.node.replace(">=", "")
