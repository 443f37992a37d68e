import { type Program, type Runtime, trace } from "@winnow/runtime"

const [rows, inner, columns] = [4096, 768, 3072]

/** A product of the size at which ONNX Runtime is fastest: what one machine can do in one float32 matrix product. */
export async function sgemmPeak(
	runtime: Runtime,
): Promise<{ gigaflops(): Promise<number>; release: Program["release"] }> {
	const weights = { shape: [inner, columns], data: new Float32Array(inner * columns).fill(0.5) }
	// Summed to a scalar, so that no result crosses threads.
	const graph = trace({ x: { shape: ["rows", inner] } }, (ops, { x }) => ({
		y: ops.slice(ops.slice(ops.matMul(x, ops.constant(weights)), 0, { start: 0, end: 1 }), 1, { start: 0, end: 1 }),
	}))
	const program = await runtime.compile(graph)
	const x = { shape: [rows, inner], data: new Float32Array(rows * inner).fill(0.25) }
	return {
		async gigaflops() {
			const start = performance.now()
			await program.run({ x })
			return (2 * rows * inner * columns) / (performance.now() - start) / 1e6
		},
		release: () => program.release(),
	}
}
