import { checkProgram } from "./conformance/check-program.ts"
import { gemm64Claims } from "./conformance/gemm64-claims.ts"
import { miniatureEncoder, miniatureFeeds, type Widths } from "./conformance/miniature-encoder.ts"
import { operationClaims } from "./conformance/operation-claims.ts"
import { programClaims } from "./conformance/program-claims.ts"
import type { RuntimeClaim } from "./conformance/runtime-claim.ts"
import type { Runtime } from "./runtime.ts"

export type { RuntimeClaim } from "./conformance/runtime-claim.ts"

/**
 * The claims that every runtime must satisfy: every operation and its gradient, whole encoders, the life of programs,
 * and the float64 product.
 *
 * What should come out is computed by the float64 interpreter. Needs no test runner: each claim becomes one test of whichever
 * is used.
 *
 * @example
 * const runtime = await onnxRuntime()
 * for (const { name, check } of runtimeClaims()) test(name, () => check(runtime))
 */
export function runtimeClaims(): readonly RuntimeClaim[] {
	return [
		...operationClaims(),
		...programClaims(),
		...gemm64Claims(),
		{
			name: "an encoder computes logits, loss and mask gradients",
			check: encoderOf({ heads: [2, 1], neurons: [5, 3] }),
		},
		{ name: "an encoder may have layers without neurons", check: encoderOf({ heads: [1, 2], neurons: [0, 4] }) },
	]
}

const encoderOf = (widths: Widths) => (runtime: Runtime) => {
	const sizes = [
		{ batch: 3, length: 5 },
		{ batch: 1, length: 1 },
		{ batch: 2, length: 6 },
	]
	const runs = sizes.map((size) => miniatureFeeds(widths, size))
	// Two layers and back, rounding errors have added up; mask gradients are 0.01 to 0.6.
	return checkProgram(runtime, miniatureEncoder(widths), runs, { atol: 5e-6, least: 0.1 })
}
