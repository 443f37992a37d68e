import type { OperationName } from "../../graph/operation.ts"
import { type OperationCase, operationCase } from "../operation-case.ts"
import { awayFromZero, between, drawn, normal, random } from "../random.ts"

type Binary = Extract<OperationName, "add" | "sub" | "mul" | "div">
type Unary = Extract<OperationName, "exp" | "erf" | "tanh" | "gelu" | "relu" | "step">

/** All ways in which two operands can differ in shape. `b` is never near zero, so that it can divide. */
export function binaryCases(name: Binary): readonly OperationCase[] {
	const draw = { b: awayFromZero }
	const pair = (what: string, a: readonly number[], b: readonly number[]) =>
		operationCase(what, { a: { shape: a }, b: { shape: b } }, (ops, { a, b }) => ops[name](a, b), { draw })
	return [
		pair("takes operands of one shape", [2, 3], [2, 3]),
		pair("takes scalars", [], []),
		pair("repeats a vector over leading axes", [4, 2, 3], [3]),
		pair("repeats a left operand of lower rank", [3], [4, 2, 3]),
		pair("repeats a scalar", [2, 3], []),
		pair("repeats axes of size 1", [4, 2, 3], [4, 1, 3]),
		pair("repeats both operands, of different rank", [2, 1, 3], [4, 1]),
		pair("repeats one row over no rows", [0, 3], [1, 3]),
		pair("takes an empty axis", [2, 0, 3], [2, 0, 3]),
		operationCase(
			"takes a constant on either side",
			{ x: { shape: [2, 3] } },
			(ops, { x }) => ({ right: ops[name](x, ops.constant(1.7)), left: ops[name](ops.constant(1.7), x) }),
			{ draw: { x: awayFromZero } },
		),
		operationCase("takes an array of constants", { x: { shape: [2, 4] } }, (ops, { x }) =>
			ops[name](x, ops.constant({ shape: [4], data: drawn(4, random(3), awayFromZero) })),
		),
		operationCase("takes one value twice", { x: { shape: [5] } }, (ops, { x }) => ops[name](x, x), {
			draw: { x: awayFromZero },
		}),
		operationCase(
			"repeats over symbolic sizes",
			{ a: { shape: ["batch", "length", 3] }, b: { shape: ["batch", 1, 3] } },
			(ops, { a, b }) => ops[name](a, b),
			{
				draw,
				sizes: [
					{ batch: 2, length: 4 },
					{ batch: 1, length: 1 },
					{ batch: 3, length: 2 },
					{ batch: 0, length: 2 },
				],
			},
		),
	]
}

export function unaryCases(name: Unary): readonly OperationCase[] {
	// exp is compared relative to its largest value: no larger than the others'.
	const wide = name === "exp" ? between(-20, 2) : between(-8, 8)
	const shaped = (what: string, shape: readonly number[], draw = normal) =>
		operationCase(what, { x: { shape } }, (ops, { x }) => ops[name](x), { draw: { x: draw } })
	return [
		shaped("takes a matrix", [3, 5]),
		shaped("takes a scalar", []),
		shaped("takes an empty axis", [2, 0]),
		shaped("takes small arguments", [20], between(-1e-3, 1e-3)),
		shaped("takes large arguments", [100], wide),
		operationCase("takes symbolic sizes", { x: { shape: ["batch", "length", 2] } }, (ops, { x }) => ops[name](x), {
			sizes: [
				{ batch: 2, length: 3 },
				{ batch: 4, length: 1 },
			],
		}),
	]
}
