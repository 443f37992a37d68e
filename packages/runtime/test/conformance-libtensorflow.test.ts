import { needs } from "@winnow/testing"
import { afterAll, beforeAll, describe, test } from "vitest"
import { runtimeClaims } from "../src/conformance.ts"
import { type Runtime, tfjsRuntime } from "../src/index.ts"

// Built where it is wanted (docs/CONTRIBUTING.md): elsewhere there is nothing to test.
describe("tfjs on libtensorflow", needs("libtensorflow"), () => {
	let runtime: Runtime
	beforeAll(async () => {
		runtime = await tfjsRuntime({ backend: "node-gpu" })
	})
	afterAll(() => runtime.close())

	for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
})
