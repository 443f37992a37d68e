import { interpreter, trace } from "@winnow/runtime"
import { f64, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { uniformFrom } from "../src/random.ts"
import { SymmetricSum, upperTriangle } from "../src/upper-triangle.ts"

expect.extend({ toBeAllclose })

test.each([1, 256, 257, 600])("blocks of the upper triangle add up to x^T x of %i columns", async (columns) => {
	const graph = trace({ x: { shape: ["rows", columns] } }, (ops, { x }) => upperTriangle(ops, x, "xx"))
	const program = await interpreter().compile(graph)
	const sum = new SymmetricSum(columns, "xx")
	const expected = new Float64Array(columns * columns)
	const uniform = uniformFrom(columns)
	let elements = 0
	for (const rows of [3, 2]) {
		const data = Float64Array.from({ length: rows * columns }, () => uniform() - 0.5)
		const outputs = await program.run({ x: { shape: [rows, columns], data } })
		elements = Object.values(outputs).reduce((total, output) => total + output.data.length, 0)
		sum.add(outputs)
		for (let i = 0; i < columns; i++) {
			for (let j = 0; j < columns; j++) {
				for (let row = 0; row < rows; row++)
					expected[i * columns + j]! += data[row * columns + i]! * data[row * columns + j]!
			}
		}
	}
	expect(sum.matrix(2)).toBeAllclose(
		expected.map((value) => 2 * value),
		f64,
	)
	expect(elements).toBeLessThanOrEqual((columns * (columns + 256)) / 2 + 256 ** 2 / 2)
})
