import { ShapeError } from "@winnow/tensor"
import type { Dim, Shape } from "./graph.ts"

/** `[batch, 12, 384]` */
export function shown(shape: Shape): string {
	return `[${shape.join(", ")}]`
}

/** NumPy's rule: align at the right, sizes must be equal or 1. */
export function broadcastShape(where: string, a: Shape, b: Shape): Shape {
	const rank = Math.max(a.length, b.length)
	return Array.from({ length: rank }, (_, axis): Dim => {
		const x = a[axis - rank + a.length] ?? 1
		const y = b[axis - rank + b.length] ?? 1
		if (x !== y && x !== 1 && y !== 1) {
			throw new ShapeError(where, "the shapes", "broadcastable", `${shown(a)} and ${shown(b)}`)
		}
		return x === 1 ? y : x
	})
}

/** Axes of `to` over which a value of shape `from` was repeated, and whether `from` has them (as size 1). */
export function repeatedAxes(from: Shape, to: Shape): { readonly missing: number[]; readonly ones: number[] } {
	const missing: number[] = []
	const ones: number[] = []
	const offset = to.length - from.length
	for (const [axis, size] of to.entries()) {
		if (axis < offset) missing.push(axis)
		else if (from[axis - offset] === 1 && size !== 1) ones.push(axis)
	}
	return { missing, ones }
}

export function matMulShape(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): Shape {
	const [rows, inner] = lastTwo(a, transposeA)
	const [innerB, columns] = lastTwo(b, transposeB)
	if (inner !== innerB) {
		throw new ShapeError("matMul", "the inner sizes", "equal", `${shown(a)} and ${shown(b)}`)
	}
	return [...broadcastShape("matMul", a.slice(0, -2), b.slice(0, -2)), rows, columns]
}

function lastTwo(shape: Shape, transpose: boolean): readonly [Dim, Dim] {
	const [rows, columns] = shape.slice(-2)
	if (rows === undefined || columns === undefined) {
		throw new ShapeError("matMul", "both operands", "of rank 2 or more", shown(shape))
	}
	return transpose ? [columns, rows] : [rows, columns]
}

/** The size of two axes made one: a number, or a symbol such as `batch*length`. */
export function productDim(a: Dim, b: Dim): Dim {
	if (a === 1) return b
	if (b === 1) return a
	return typeof a === "number" && typeof b === "number" ? a * b : `${a}*${b}`
}

/** Numbers for the symbols of a shape. */
export function boundShape(shape: Shape, sizes: ReadonlyMap<string, number>): number[] {
	return shape.map((dim) =>
		typeof dim === "number" ? dim : elements(dim.split("*").map((factor) => boundDim(factor, sizes))),
	)
}

function boundDim(factor: string, sizes: ReadonlyMap<string, number>): number {
	const size = sizes.get(factor) ?? Number(factor)
	if (Number.isNaN(size)) throw new ShapeError("runtime", `the size of ${factor}`, "given by an input", "unknown")
	return size
}

export function elements(shape: readonly number[]): number {
	return shape.reduce((product, size) => product * size, 1)
}
