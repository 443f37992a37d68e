import { interpreter, onnxRuntime, type Runtime, tfjsBackends, tfjsRuntime, trace } from "@winnow/runtime"
import type { Check } from "./diagnosis.ts"

/** Which runtime the command uses here, and what was found of each there is. */
export interface RuntimeChecks {
	/** As results name it; null where none can be used. */
	readonly runtime: string | null
	readonly checks: readonly Check[]
}

/** Something that could run models, and what to do where it does not. */
interface Candidate {
	readonly name: string
	open(): Promise<Runtime>
	readonly remedy: string
}

const reinstall = "install again; it needs no more than its npm package"

const remedies = {
	"node-gpu":
		"build it with tools/install-libtensorflow in a checkout of Winnow, or install @tensorflow/tfjs-node-gpu 4.22.0 beside it",
	wasm: reinstall,
	cpu: reinstall,
}

/** From the fastest to the slowest: the first that computes is what the command uses. */
const candidates: readonly Candidate[] = [
	{
		name: "onnxruntime-node",
		open: () => onnxRuntime(),
		remedy:
			"install again for this platform; onnxruntime-node has binaries for Linux with glibc and Windows (x64, arm64) and macOS (arm64)",
	},
	...tfjsBackends.map((backend) => ({
		name: `tfjs (${backend})`,
		open: () => tfjsRuntime({ backend }),
		remedy: remedies[backend],
	})),
]

/** A loaded library may still compute nothing, or something else: every runtime has to multiply two matrices. */
export async function runtimeChecks(): Promise<RuntimeChecks> {
	const expected = await product(interpreter())
	const checks: Check[] = []
	const working: string[] = []
	for (const { name, open, remedy } of candidates) {
		const found = await tried(open, expected)
		if ("failure" in found) checks.push({ name, state: "missing", finding: found.failure, remedy })
		else {
			checks.push({ name: found.name, state: "ok", finding: `loads and computes; ${useOf(found.name, working)}` })
			working.push(found.name)
		}
	}
	const finding = "float64, to compare with; the command does not use it, because it is many times slower"
	checks.push({ name: "interpreter", state: "ok", finding })
	if (working.length > 0) return { runtime: working[0]!, checks }
	const failed = checks.map((check): Check => (check.state === "missing" ? { ...check, state: "failed" } : check))
	return { runtime: null, checks: failed }
}

/** What the command does with a runtime that works, after those that are faster. */
function useOf(name: string, faster: readonly string[]): string {
	if (faster.length === 0) return "what the command uses, because it is the fastest that loads"
	const isTfjs = (each: string) => each.startsWith("tfjs")
	return isTfjs(name) && !faster.some(isTfjs) ? "what --runtime tfjs uses" : "not used, because a faster one loads"
}

async function tried(
	open: () => Promise<Runtime>,
	expected: string,
): Promise<{ readonly name: string } | { readonly failure: string }> {
	try {
		const runtime = await open()
		try {
			const found = await product(runtime)
			if (found !== expected) throw new Error(`it multiplies wrongly: ${found} instead of ${expected}`)
			return { name: runtime.name }
		} finally {
			await runtime.close()
		}
	} catch (error) {
		return { failure: (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ") }
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
