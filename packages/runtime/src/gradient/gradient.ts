import { ShapeError } from "@winnow/tensor"
import { inOrder, type Value } from "../graph/graph.ts"
import { ops } from "../graph/ops.ts"
import { repeatedAxes, shown } from "../graph/shapes.ts"
import { rules } from "./rules.ts"

/**
 * Reverse mode differentiation as a graph-to-graph transform.
 *
 *   dOf/dWrt[i] for every i, each of the shape of wrt[i]
 *
 * Only values on a path from `wrt` to `of` get an adjoint, so that a program pays for what is asked and nothing else.
 *
 * @param of - a scalar
 * @param wrt - values that `of` may depend on; one that it does not depend on gets zeros
 * @throws {ShapeError} when `of` is no scalar
 * @throws {UnsupportedError} when a path leads through an operation without a gradient
 * @example
 * const { outputs } = trace({ x: { shape: ["n"] } }, (ops, { x }) => {
 *   const [slope] = gradient(ops.reduceSum(ops.mul(x, x), [0]), [x])
 *   return { slope }
 * })
 */
export function gradient(of: Value, wrt: readonly Value[]): readonly Value[] {
	if (of.shape.length !== 0) throw new ShapeError("gradient", "what is differentiated", "a scalar", shown(of.shape))
	const order = inOrder([of])
	const onPath = dependents(order, new Set(wrt))
	const adjoints = new Map<Value, Value>([[of, ops.constant(1)]])
	for (const value of order.toReversed()) {
		const adjoint = adjoints.get(value)
		if (adjoint === undefined || !onPath.has(value) || value.inputs.length === 0) continue
		const needs = value.inputs.map((input) => onPath.has(input))
		const slopes = rules[value.operation.name](value, adjoint, needs)
		for (const [i, input] of value.inputs.entries()) {
			const slope = slopes[i]
			if (slope === undefined || !needs[i]) continue
			const reduced = sumToShape(slope, input)
			const before = adjoints.get(input)
			adjoints.set(input, before === undefined ? reduced : ops.add(before, reduced))
		}
	}
	return wrt.map((value) => ops.broadcastTo(adjoints.get(value) ?? ops.constant(0), value))
}

/** The values of `order` that depend on one of `roots`. */
function dependents(order: readonly Value[], roots: ReadonlySet<Value>): ReadonlySet<Value> {
	const found = new Set<Value>()
	for (const value of order) {
		if (roots.has(value) || value.inputs.some((input) => found.has(input))) found.add(value)
	}
	return found
}

/** The adjoint of a value that was repeated is summed over the repetitions. */
function sumToShape(slope: Value, input: Value): Value {
	const { missing, ones } = repeatedAxes(input.shape, slope.shape)
	const kept = ones.length > 0 ? ops.reduceSum(slope, ones, { keepDims: true }) : slope
	return missing.length > 0 ? ops.reduceSum(kept, missing) : kept
}
