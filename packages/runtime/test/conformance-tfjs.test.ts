import { afterAll, beforeAll, describe, test } from "vitest"
import { runtimeClaims } from "../src/conformance.ts"
import { type Runtime, tfjsRuntime } from "../src/index.ts"

describe.each(["cpu", "wasm"] as const)("tfjs on %s", (backend) => {
	let runtime: Runtime
	beforeAll(async () => {
		runtime = await tfjsRuntime({ backend })
	})
	afterAll(() => runtime.close())

	for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
})
