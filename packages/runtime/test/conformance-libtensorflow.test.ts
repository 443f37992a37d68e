import { afterAll, describe, test } from "vitest"
import { runtimeClaims } from "../src/conformance.ts"
import { type Runtime, tfjsRuntime } from "../src/index.ts"

// Built where it is wanted (docs/CONTRIBUTING.md): elsewhere there is nothing to test, and the name says so.
const opened = await tfjsRuntime({ backend: "node-gpu" }).catch((error: Error) => error)
const missing = opened instanceof Error

describe.skipIf(missing)(`tfjs on libtensorflow${missing ? ` (skipped: ${opened.message})` : ""}`, () => {
	const runtime = opened as Runtime
	afterAll(() => runtime.close())

	for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
})
