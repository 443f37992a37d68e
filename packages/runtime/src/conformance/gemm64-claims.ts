import { type Gemm64Options, type Matrix64, matrix64 } from "@winnow/linalg"
import type { Data } from "../graph/graph.ts"
import { matMul, transposed } from "../interpret/mat-mul.ts"
import type { Runtime } from "../runtime.ts"
import { checkClose } from "./check-close.ts"
import { demand } from "./demand.ts"
import { normal, random } from "./random.ts"
import type { RuntimeClaim } from "./runtime-claim.ts"

/** What is true of the float64 product of every runtime. */
export function gemm64Claims(): readonly RuntimeClaim[] {
	const sizes: Readonly<Record<string, Sizes>> = {
		"rectangular matrices": { rows: 5, inner: 7, columns: 3 },
		"more terms than a block": { rows: 9, inner: 300, columns: 6 },
		"a single element": { rows: 1, inner: 1, columns: 1 },
		"no terms": { rows: 2, inner: 0, columns: 3 },
		"no rows": { rows: 0, inner: 2, columns: 3 },
		"no columns": { rows: 2, inner: 3, columns: 0 },
	}
	const products = Object.entries(sizes).map(
		([what, size]): RuntimeClaim => ({
			name: `gemm64 takes ${what}, transposed or not`,
			check: (runtime) => checkProducts(runtime, size),
		}),
	)
	return [
		...products,
		{ name: "gemm64 leaves its operands as they are", check: untouchedOperands },
		{ name: "gemm64 rejects inner sizes that differ", check: differentInnerSizes },
	]
}

interface Sizes {
	readonly rows: number
	readonly inner: number
	readonly columns: number
}

async function checkProducts({ gemm64 }: Runtime, { rows, inner, columns }: Sizes): Promise<void> {
	for (const transposeA of [false, true]) {
		for (const transposeB of [false, true]) {
			const a = transposeA ? drawnMatrix(inner, rows) : drawnMatrix(rows, inner)
			const b = transposeB ? drawnMatrix(columns, inner) : drawnMatrix(inner, columns)
			const options = { transposeA, transposeB }
			const product = await gemm64(a, b, options)
			// Of float64: float32 would be off by 1e-7.
			checkClose("the product", dataOf(product), expectedProduct(a, b, options), { rtol: 1e-12, atol: 1e-13 })
		}
	}
}

async function untouchedOperands({ gemm64 }: Runtime): Promise<void> {
	const a = drawnMatrix(3, 4)
	await gemm64(a, a, { transposeB: true })
	checkClose("the operand", dataOf(a), dataOf(drawnMatrix(3, 4)), { rtol: 0, atol: 0 })
}

async function differentInnerSizes({ gemm64 }: Runtime): Promise<void> {
	const outcome = await Promise.resolve()
		.then(() => gemm64(drawnMatrix(2, 3), drawnMatrix(4, 2)))
		.catch((error: unknown) => error)
	demand(outcome instanceof Error, "the product of [2, 3] and [4, 2]", "rejected", "a matrix")
}

function expectedProduct(a: Matrix64, b: Matrix64, { transposeA, transposeB }: Gemm64Options): Data {
	const left = transposeA ? transposed(dataOf(a)) : dataOf(a)
	const right = transposeB ? transposed(dataOf(b)) : dataOf(b)
	const shape = [left.shape[0]!, right.shape[1]!]
	return { shape, data: matMul(left, right, shape) }
}

function drawnMatrix(rows: number, columns: number): Matrix64 {
	const stream = random(rows * 1000 + columns)
	return matrix64(
		rows,
		columns,
		Float64Array.from({ length: rows * columns }, () => normal(stream)),
	)
}

const dataOf = ({ rows, columns, data }: Matrix64) => ({ shape: [rows, columns], data })
