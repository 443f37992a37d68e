import { afterAll, beforeAll, test } from "vitest"
import { runtimeClaims } from "../src/conformance.ts"
import { onnxRuntime, type Runtime } from "../src/index.ts"

let runtime: Runtime
beforeAll(async () => {
	runtime = await onnxRuntime({ threads: 1 })
})
afterAll(() => runtime.close())

for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
