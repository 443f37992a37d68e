import { exact, f64, toBeAllclose } from "@winnow/testing"
import { describe, expect, test } from "vitest"
import { normal, random } from "../src/conformance/random.ts"
import type { Data, Value } from "../src/graph/graph.ts"
import { type Ops, trace } from "../src/graph/ops.ts"
import { interpret } from "../src/interpret/interpret.ts"
import { interpreter } from "../src/interpret/interpreter.ts"
import { scheduled } from "../src/interpret/schedule.ts"

expect.extend({ toBeAllclose })

const stream = random(1)

function drawn(...shape: number[]): Data {
	const size = shape.reduce((product, n) => product * n, 1)
	return { shape, data: Float64Array.from({ length: size }, () => normal(stream)) }
}

function counted(...shape: number[]): Data {
	const size = shape.reduce((product, n) => product * n, 1)
	return { shape, data: Float64Array.from({ length: size }, (_, i) => i) }
}

/** Computes a program of one output from operands of fixed shape. */
function computed(program: (ops: Ops, ...operands: Value[]) => Value, ...operands: Data[]): Data {
	const keyed = Object.fromEntries(operands.map((operand, i) => [`x${i}`, operand]))
	const type = ({ data }: Data) => (data instanceof Int32Array ? "int" : "float")
	const shapes = Object.fromEntries(
		Object.entries(keyed).map(([key, x]) => [key, { shape: x.shape, type: type(x) }] as const),
	)
	const graph = trace(shapes, (ops, inputs) => ({ y: program(ops, ...Object.keys(keyed).map((key) => inputs[key]!)) }))
	return interpret(graph, keyed).y
}

/** The element at an index, repeated along axes that are missing or of size 1. */
function at({ shape, data }: Data, index: readonly number[]): number {
	const own = index.slice(index.length - shape.length)
	return Number(data[shape.reduce((position, size, axis) => position * size + (size === 1 ? 0 : own[axis]!), 0)])
}

function indices(shape: readonly number[]): number[][] {
	return shape.reduce<number[][]>(
		(before, size) => before.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
		[[]],
	)
}

/** The result has the shape, and at every index what `of` says. */
function expectElements(result: Data, shape: readonly number[], of: (index: readonly number[]) => number): void {
	expect(result.shape).toEqual(shape)
	expect(result.data).toBeAllclose(indices(shape).map(of), f64)
}

const pairs: readonly [a: number[], b: number[], result: number[]][] = [
	[
		[2, 3],
		[2, 3],
		[2, 3],
	],
	[[4, 2, 3], [3], [4, 2, 3]],
	[[3], [4, 2, 3], [4, 2, 3]],
	[
		[2, 1, 3],
		[4, 1],
		[2, 4, 3],
	],
	[[], [2, 2], [2, 2]],
	[[], [], []],
	[
		[0, 3],
		[1, 3],
		[0, 3],
	],
	[[2, 0, 1], [5], [2, 0, 5]],
]

describe("elementwise operations", () => {
	const binary = { add: [1, 2, 3], sub: [1, 2, -1], mul: [3, 2, 6], div: [3, 2, 1.5] } as const
	for (const [name, [a, b, expected]] of Object.entries(binary)) {
		test(`${name} computes ${name}(${a}, ${b}) = ${expected}`, () => {
			const scalar = (x: number) => ({ shape: [], data: Float64Array.of(x) })
			const y = computed((ops, p, q) => ops[name as keyof typeof binary](p, q), scalar(a), scalar(b))
			expect(y.data).toEqual(Float64Array.of(expected))
		})
	}

	test("repeat their operands as NumPy does", () => {
		for (const [shapeA, shapeB, shape] of pairs) {
			const [a, b] = [drawn(...shapeA), drawn(...shapeB)]
			const y = computed((ops, p, q) => ops.sub(p, q), a, b)
			expectElements(y, shape, (index) => at(a, index) - at(b, index))
		}
	})

	test("exp, tanh, erf, gelu, relu and step are the functions of those names", () => {
		const x = { shape: [3], data: Float64Array.of(-1, 0, 0.5) }
		expect(computed((ops, p) => ops.exp(p), x).data).toBeAllclose([1 / Math.E, 1, Math.sqrt(Math.E)], f64)
		const e2 = Math.E * Math.E
		expect(computed((ops, p) => ops.tanh(p), x).data).toBeAllclose(
			[(1 - e2) / (1 + e2), 0, (Math.E - 1) / (Math.E + 1)],
			f64,
		)
		// Python's math.erf
		expect(computed((ops, p) => ops.erf(p), x).data).toBeAllclose([-0.8427007929497148, 0, 0.5204998778130465], f64)
		// x times the normal distribution: Phi(1) = 0.8413447460685429, Phi(0.5) = 0.6914624612740131
		expect(computed((ops, p) => ops.gelu(p), x).data).toBeAllclose(
			[-(1 - 0.8413447460685429), 0, 0.5 * 0.6914624612740131],
			f64,
		)
		expect([...computed((ops, p) => ops.relu(p), x).data]).toEqual([0, 0, 0.5])
		expect([...computed((ops, p) => ops.step(p), x).data]).toEqual([0, 0, 1])
	})
})

describe("operations on rows", () => {
	const x = drawn(3, 4)
	const row = (index: readonly number[]) => [0, 1, 2, 3].map((column) => at(x, [index[0]!, column]))
	const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0)
	const mean = (index: readonly number[]) => sum(row(index)) / 4
	const inverse = (index: readonly number[]) =>
		1 / Math.sqrt(sum(row(index).map((n) => (n - mean(index)) ** 2)) / 4 + 0.1)

	test("softmax and logSoftmax agree with their definition", () => {
		const share = (index: readonly number[]) => Math.exp(at(x, index)) / sum(row(index).map(Math.exp))
		expectElements(
			computed((ops, p) => ops.softmax(p), x),
			[3, 4],
			share,
		)
		expectElements(
			computed((ops, p) => ops.logSoftmax(p), x),
			[3, 4],
			(index) => Math.log(share(index)),
		)
	})

	test("softmax stands scores at which exp overflows or vanishes", () => {
		const scores = { shape: [2, 2], data: Float64Array.of(1000, 1000, -1e9, 3) }
		expect(computed((ops, p) => ops.softmax(p), scores).data).toEqual(Float64Array.of(0.5, 0.5, 0, 1))
		expect(computed((ops, p) => ops.logSoftmax(p), scores).data).toBeAllclose([-Math.LN2, -Math.LN2, -1e9 - 3, 0], f64)
	})

	test("layerNorm, its mean and its inverse deviation agree with their definition", () => {
		const [scale, bias] = [drawn(4), drawn(4)]
		const norm = (ops: Ops, p: Value, s: Value, b: Value) => ops.layerNorm(p, { scale: s, bias: b, epsilon: 0.1 })
		expectElements(
			computed(norm, x, scale, bias),
			[3, 4],
			(index) => (at(x, index) - mean(index)) * inverse(index) * at(scale, index) + at(bias, index),
		)
		expectElements(
			computed((ops, p, s, b) => ops.layerNormMean(norm(ops, p, s, b)), x, scale, bias),
			[3, 1],
			mean,
		)
		expectElements(
			computed((ops, p, s, b) => ops.layerNormInverseDeviation(norm(ops, p, s, b)), x, scale, bias),
			[3, 1],
			inverse,
		)
	})
})

describe("matMul", () => {
	const leadings: readonly [a: number[], b: number[], result: number[]][] = [
		[[], [], []],
		[[2], [2], [2]],
		[[2], [], [2]],
		[[], [3], [3]],
		[[2, 1], [3], [2, 3]],
		[[2, 0], [0], [2, 0]],
	]
	for (const transposeA of [false, true]) {
		for (const transposeB of [false, true]) {
			test(`agrees with the triple loop, transposed ${transposeA} and ${transposeB}`, () => {
				for (const [leadingA, leadingB, leading] of leadings) {
					const a = drawn(...leadingA, ...(transposeA ? [3, 2] : [2, 3]))
					const b = drawn(...leadingB, ...(transposeB ? [4, 3] : [3, 4]))
					const y = computed((ops, p, q) => ops.matMul(p, q, { transposeA, transposeB }), a, b)
					expectElements(y, [...leading, 2, 4], (index) => {
						const [batch, i, j] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!]
						let sum = 0
						for (let k = 0; k < 3; k++) {
							sum +=
								at(a, [...batch, ...(transposeA ? [k, i] : [i, k])]) *
								at(b, [...batch, ...(transposeB ? [j, k] : [k, j])])
						}
						return sum
					})
				}
			})
		}
	}

	test("sums no terms to zero", () => {
		const y = computed((ops, p, q) => ops.matMul(p, q), drawn(2, 0), drawn(0, 3))
		expect(y).toEqual({ shape: [2, 3], data: new Float64Array(6) })
	})
})

describe("operations that move elements", () => {
	test("splitHeads and mergeHeads exchange tokens and heads", () => {
		const x = counted(2, 3, 4)
		const split = computed((ops, p) => ops.splitHeads(p, 2), x)
		expectElements(split, [2, 2, 3, 2], ([b, h, t, e]) => at(x, [b!, t!, 2 * h! + e!]))
		const merged = computed((ops, p) => ops.mergeHeads(p), split)
		expect(merged).toEqual(x)
	})

	test("flattenRows and expandDims keep the order of elements", () => {
		const x = counted(2, 3, 4)
		expect(computed((ops, p) => ops.flattenRows(p), x)).toEqual({ shape: [6, 4], data: x.data })
		expect(computed((ops, p) => ops.expandDims(p, [4, 0]), x)).toEqual({ shape: [1, 2, 3, 4, 1], data: x.data })
	})

	test("slice takes a range and padTo puts it back between zeros", () => {
		const x = counted(2, 4, 3)
		const range = { start: 1, end: 3 }
		const middle = computed((ops, p) => ops.slice(p, 1, range), x)
		expectElements(middle, [2, 2, 3], ([b, t, d]) => at(x, [b!, t! + 1, d!]))
		const back = computed((ops, p, like) => ops.padTo(p, like, { axis: 1, start: 1 }), middle, x)
		expectElements(back, [2, 4, 3], (index) => (index[1]! >= 1 && index[1]! < 3 ? at(x, index) : 0))
	})

	test("gather takes rows, iota counts, both of int32", () => {
		const ids = { shape: [2, 2], data: Int32Array.of(2, 0, 1, 1) }
		const rows = computed((ops, table, indices) => ops.gather(table, indices), counted(3, 2), ids)
		expect(rows).toEqual({ shape: [2, 2, 2], data: Float64Array.of(4, 5, 0, 1, 2, 3, 2, 3) })
		expect(computed((ops, p) => ops.iota(p, 1), counted(2, 3))).toEqual({ shape: [3], data: Int32Array.of(0, 1, 2) })
		const column = computed((ops, p) => ops.slice(p, 1, { start: 1, end: 2 }), ids)
		expect(column).toEqual({ shape: [2, 1], data: Int32Array.of(0, 1) })
	})

	test("reduceSum adds up the axes it is given", () => {
		const x = counted(2, 3, 2)
		const sums = (axes: number[], keepDims = false) => computed((ops, p) => ops.reduceSum(p, axes, { keepDims }), x)
		expect(sums([1])).toEqual({ shape: [2, 2], data: Float64Array.of(6, 9, 24, 27) })
		expect(sums([2, 0])).toEqual({ shape: [3], data: Float64Array.of(14, 22, 30) })
		expect(sums([0, 1, 2], true)).toEqual({ shape: [1, 1, 1], data: Float64Array.of(66) })
		expect(sums([])).toEqual(x)
		expect(computed((ops, p) => ops.reduceSum(p, [0]), counted(0, 2)).data).toEqual(Float64Array.of(0, 0))
	})

	test("broadcastTo repeats as elementwise operations do", () => {
		for (const [from, to] of [
			[[], [2, 3]],
			[[3], [4, 2, 3]],
			[
				[2, 1, 3],
				[2, 4, 3],
			],
			[
				[1, 3],
				[0, 3],
			],
		] as const) {
			const x = drawn(...from)
			expectElements(
				computed((ops, p, like) => ops.broadcastTo(p, like), x, drawn(...to)),
				to,
				(index) => at(x, index),
			)
		}
	})
})

describe("what cannot be computed is refused", () => {
	test("an index outside of the table", () => {
		for (const index of [3, -1]) {
			const ids = { shape: [1], data: Int32Array.of(index) }
			const gather = () => computed((ops, table, indices) => ops.gather(table, indices), counted(3, 2), ids)
			expect(gather).toThrow(`gather: every index must be from 0 to 2 (was ${index})`)
		}
	})

	test("a range beyond a symbolic axis", () => {
		const graph = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.slice(x, 0, { start: 1, end: 3 }) }))
		expect(interpret(graph, { x: counted(3) }).y.data).toEqual(Float64Array.of(1, 2))
		expect(() => interpret(graph, { x: counted(2) })).toThrow("slice: the end of the range must be at most 2 (was 3)")
	})

	test("constants of 64-bit integers", () => {
		const graph = trace({}, (ops) => ({ y: ops.constant({ shape: [1], data: BigInt64Array.of(1n) }) }))
		expect(() => interpret(graph, {})).toThrow("interpreter: 64-bit integers are not computed with")
	})

	test("a run of a released program, and of any program of a closed runtime", async () => {
		const graph = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.exp(x) }))
		const runtime = interpreter()
		const program = await runtime.compile(graph)
		expect((await program.run({ x: counted(1) })).y!.data).toEqual(Float64Array.of(1))
		await runtime.close()
		await expect(program.run({ x: counted(1) })).rejects.toThrow(
			"interpreter: the program must be one that was not released (was released)",
		)
	})
})

test("outputs have memory of their own", () => {
	const data = Float64Array.of(1, 2)
	const graph = trace({ x: { shape: [2] } }, (ops, { x }) => ({ same: x, wide: ops.expandDims(x, [0]), again: x }))
	const outputs = interpret(graph, { x: { shape: [2], data } })
	data.fill(0)
	outputs.again.data.fill(7)
	expect([...outputs.same.data, ...outputs.wide.data]).toEqual([1, 2, 1, 2])
})

test("every intermediate value is dropped after its last use, outputs never", () => {
	const graph = trace({ x: { shape: ["n", 4] }, w: { shape: [4] } }, (ops, { x, w }) => {
		const norm = ops.layerNorm(ops.exp(x), { scale: w, bias: w, epsilon: 0.1 })
		const mean = ops.layerNormMean(norm)
		return { norm, y: ops.mul(ops.sub(ops.tanh(norm), mean), ops.constant(2)) }
	})
	const { steps } = scheduled(graph)
	const spent = steps.flatMap((step) => step.spent)
	expect(new Set(spent).size).toBe(spent.length)
	for (const [i, { operands }] of steps.entries()) {
		const before = new Set(steps.slice(0, i).flatMap((step) => step.spent))
		expect(operands.filter((operand) => before.has(operand))).toEqual([])
	}
	const kept = new Set<Value>(Object.values(graph.outputs))
	const read = new Set(steps.flatMap(({ operands }) => operands))
	expect(new Set(spent)).toEqual(new Set([...read].filter((value) => !kept.has(value))))
})

test("values of another element type are widened", () => {
	const graph = trace({ x: { shape: [1] } }, (ops, { x }) => ({ y: ops.mul(x, ops.constant(0.1)) }))
	const y = interpret(graph, { x: { shape: [1], data: Float32Array.of(3) } }).y
	expect(y.data).toBeAllclose([0.30000000000000004], exact)
})
