import { type Gemm64, type Gemm64Options, matrix64, productShape } from "@winnow/linalg"
import { modelBytes, type ValueInfo } from "./model-proto.ts"
import type { OnnxRuntimeThread, Session } from "./onnxruntime-thread.ts"

/** Float64 matrix products by ONNX Runtime: one small session for each combination of transposes, made when first used. */
export function ortGemm64(thread: OnnxRuntimeThread, threads: number): Gemm64 {
	const sessions = new Map<string, Promise<Session>>()
	return async (a, b, { transposeA = false, transposeB = false }: Gemm64Options = {}) => {
		const { rows, depth, columns } = productShape(a, b, { transposeA, transposeB })
		if (rows * depth * columns === 0) return matrix64(rows, columns)
		const key = `${transposeA} ${transposeB}`
		const session =
			sessions.get(key) ?? thread.create(gemmModel(transposeA, transposeB), { intraOpNumThreads: threads })
		sessions.set(key, session)
		const { y } = await thread.run((await session).id, {
			a: { elementType: "float64", shape: [a.rows, a.columns], data: a.data },
			b: { elementType: "float64", shape: [b.rows, b.columns], data: b.data },
		})
		return matrix64(rows, columns, y!.data as Float64Array<ArrayBuffer>)
	}
}

function gemmModel(transposeA: boolean, transposeB: boolean): Uint8Array<ArrayBuffer> {
	const matrix = (name: string): ValueInfo => ({ name, type: "float64", shape: [`${name} rows`, `${name} columns`] })
	return modelBytes({
		nodes: [
			{
				type: "Gemm",
				inputs: ["a", "b"],
				outputs: ["y"],
				attributes: { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
			},
		],
		initializers: [],
		inputs: [matrix("a"), matrix("b")],
		outputs: [matrix("y")],
		between: [],
	})
}
