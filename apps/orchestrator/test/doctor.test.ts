import { tmpdir } from "node:os"
import { join } from "node:path"
import { onnxRuntime, type Runtime, tfjsRuntime } from "@winnow/runtime"
import { UnsupportedError } from "@winnow/tensor"
import { beforeEach, describe, expect, test, vi } from "vitest"
import { diskCheck, memoryCheck } from "../src/diagnosis/machine-checks.ts"
import { nodeCheck } from "../src/diagnosis/node-check.ts"
import { doctor } from "../src/index.ts"
import { runCommand } from "./run-command.ts"

const actual = await vi.importActual<typeof import("@winnow/runtime")>("@winnow/runtime")
vi.mock("@winnow/runtime", async (original) => ({
	...(await original<object>()),
	onnxRuntime: vi.fn(),
	tfjsRuntime: vi.fn(),
}))
beforeEach(() => {
	vi.mocked(onnxRuntime).mockImplementation(actual.onnxRuntime)
	vi.mocked(tfjsRuntime).mockImplementation(withoutLibrary)
})

const unsupported = new UnsupportedError("onnxruntime", "onnxruntime-node does not load on plan9/mips")

const noLibrary = new UnsupportedError("tfjs", "node-gpu does not load here (the package is not installed)")

/** TensorFlow.js as most machines have it. */
const withoutLibrary: typeof tfjsRuntime = async (o = {}) => {
	if (o.backend === "node-gpu") throw noLibrary
	return actual.tfjsRuntime(o)
}

/** ONNX Runtime, but for its numbers. */
async function wrongRuntime(): Promise<Runtime> {
	const { name, gemm64, close } = await actual.onnxRuntime()
	const outputs = { y: { shape: [1, 2], data: Float32Array.of(0, 0) } }
	const program = { run: async () => outputs, time: async () => new Float64Array(), release: async () => {} }
	return { name, gemm64, close, compile: async () => program }
}

describe("doctor", () => {
	test("finds that pruning can run where the tests run, and names the runtime as results do", async () => {
		const { canPrune, runtime, checks, machine } = await doctor()
		expect(canPrune).toBe(true)
		expect(runtime).toMatch(/^onnxruntime-node \d+\.\d+\.\d+/)
		expect(checks.map(({ name }) => name)).toEqual([
			"Node",
			runtime,
			"tfjs (node-gpu)",
			"tfjs 4.22.0 (wasm)",
			"tfjs 4.22.0 (cpu)",
			"interpreter",
			"threads",
			"memory",
			"disk",
			"caches",
		])
		expect(machine.node).toBe(process.version)
	})

	test("tells a runtime that does not load, what to do, and which does its work", async () => {
		vi.mocked(onnxRuntime).mockRejectedValue(unsupported)
		const { canPrune, runtime, checks } = await doctor()
		expect([canPrune, runtime]).toEqual([true, "tfjs 4.22.0 (wasm)"])
		expect(checks.filter(({ state }) => state !== "ok")).toEqual([
			{
				name: "onnxruntime-node",
				state: "missing",
				finding: unsupported.message,
				remedy: expect.stringMatching(/^install again/),
			},
			{
				name: "tfjs (node-gpu)",
				state: "missing",
				finding: noLibrary.message,
				remedy: expect.stringContaining("tools/install-libtensorflow"),
			},
		])
	})

	test("says of every runtime that works what it is used for", async () => {
		const { checks } = await doctor()
		const uses = checks.flatMap(({ finding }) => /^loads and computes; (.*)/.exec(finding)?.slice(1) ?? [])
		expect(uses).toEqual([
			"what the command uses, because it is the fastest that loads",
			"what --runtime tfjs uses",
			"not used, because a faster one loads",
		])
	})

	test("finds that pruning cannot run without any runtime", async () => {
		vi.mocked(onnxRuntime).mockRejectedValue(unsupported)
		vi.mocked(tfjsRuntime).mockRejectedValue(noLibrary)
		const { canPrune, runtime, checks } = await doctor()
		expect([canPrune, runtime]).toEqual([false, null])
		expect(checks.filter(({ state }) => state === "failed").map(({ name }) => name)).toEqual([
			"onnxruntime-node",
			"tfjs (node-gpu)",
			"tfjs (wasm)",
			"tfjs (cpu)",
		])
	})

	test("tells a runtime that loads but computes wrongly", async () => {
		vi.mocked(onnxRuntime).mockImplementation(wrongRuntime)
		const { runtime, checks } = await doctor()
		expect(runtime).toBe("tfjs 4.22.0 (wasm)")
		expect(checks.find(({ name }) => name === "onnxruntime-node")?.finding).toBe(
			"it multiplies wrongly: 0 0 instead of 23 34",
		)
	})
})

describe("winnow doctor", () => {
	test("lists every check and ends with code 0 where pruning can run", async () => {
		const { code, stdout, stderr } = await runCommand(["doctor"])
		expect([code, stderr]).toEqual([0, ""])
		expect(stdout).toMatch(/^winnow \d+\.\d+\.\d+ on \w+\/\w+, /)
		expect(stdout).toMatch(/^ok {7}onnxruntime-node \S+ {2}loads and computes/m)
		expect(stdout).toMatch(/\nwinnow can prune here\n$/)
	})

	test("says what to do below what failed and ends with code 1 where it cannot", async () => {
		vi.mocked(onnxRuntime).mockRejectedValue(unsupported)
		vi.mocked(tfjsRuntime).mockRejectedValue(noLibrary)
		const { code, stdout } = await runCommand(["doctor"])
		expect(code).toBe(1)
		expect(stdout).toMatch(
			/^failed {3}onnxruntime-node {2}onnxruntime: .* plan9\/mips\n {9,}what to do: install again/m,
		)
		expect(stdout).toMatch(/\nwinnow cannot prune here: see what failed\n$/)
	})

	test("--json prints the diagnosis, which tells no path", async () => {
		const { code, stdout } = await runCommand(["doctor", "--json"])
		expect(code).toBe(0)
		expect(JSON.parse(stdout)).toMatchObject({ schema: "winnow-diagnosis/1", canPrune: true })
		expect(stdout).not.toContain(process.cwd())
	})
})

describe("a check", () => {
	test.each([
		["20.18.9", "failed"],
		["19.99.0", "failed"],
		["20.19.0", "ok"],
		["22.0.0", "ok"],
	])("finds Node %s %s", (version, state) => {
		expect(nodeCheck(version).state).toBe(state)
	})

	test("warns of little memory, which may still be enough", () => {
		expect(memoryCheck(2 ** 30, 2 ** 33)).toMatchObject({ state: "warning", finding: "1.0 of 8.0 GiB available" })
		expect(memoryCheck(2 ** 32, 2 ** 33)).toEqual({ name: "memory", state: "ok", finding: "4.0 of 8.0 GiB available" })
	})

	test("warns of a folder that is not there", async () => {
		expect(await diskCheck(join(tmpdir(), "winnow-is-not-there"))).toMatchObject({ name: "disk", state: "warning" })
	})
})
