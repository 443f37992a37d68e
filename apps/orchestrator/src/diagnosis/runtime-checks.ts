import { interpreter, onnxRuntime, type Runtime, trace } from "@winnow/runtime"
import type { Check } from "./diagnosis.ts"

/** Which runtime the command uses here, and what was found of each there is. */
export interface RuntimeChecks {
	/** As results name it; null where none can be used. */
	readonly runtime: string | null
	readonly checks: readonly Check[]
}

const remedy =
	"install again for this platform; onnxruntime-node has binaries for Linux with glibc and Windows (x64, arm64) and macOS (arm64)"

/** A loaded library may still compute nothing, or something else: every runtime has to multiply two matrices. */
export async function runtimeChecks(): Promise<RuntimeChecks> {
	const reference = interpreter()
	const expected = await product(reference)
	const check: Check = {
		name: "interpreter",
		state: "ok",
		finding: "float64, to compare with; the command does not use it, because it is many times slower",
	}
	try {
		const runtime = await onnxRuntime()
		try {
			const found = await product(runtime)
			if (found !== expected) throw new Error(`it multiplies wrongly: ${found} instead of ${expected}`)
			const finding = "loads and computes; what the command uses, because it is the fastest"
			return { runtime: runtime.name, checks: [{ name: runtime.name, state: "ok", finding }, check] }
		} finally {
			await runtime.close()
		}
	} catch (error) {
		const finding = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ")
		return { runtime: null, checks: [{ name: "onnxruntime-node", state: "failed", finding, remedy }, check] }
	}
}

/** Of small whole numbers, which every runtime must get exactly right. */
async function product(runtime: Runtime): Promise<string> {
	const weights = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
	const graph = trace({ x: { shape: ["row", 2] } }, (ops, { x }) => ({ y: ops.matMul(x, ops.constant(weights)) }))
	const program = await runtime.compile(graph)
	const { y } = await program.run({ x: { shape: [1, 2], data: Float32Array.of(5, 6) } })
	await program.release()
	return y!.data.join(" ")
}
