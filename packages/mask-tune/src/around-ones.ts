import type { Matrix64 } from "@winnow/linalg"
import type { NormalEquations } from "./normal-equations.ts"

/** The same least-squares problem for delta = s - 1: how far the scales move from leaving everything as it is. */
export interface AroundOnes {
	/** A^T A `[unit, unit]` */
	readonly matrix: Matrix64
	/** A^T (B - A 1), minus half the gradient at s = 1. `[unit]` */
	readonly rhs: Float64Array
	/** ||B - A 1||^2 */
	readonly squaredError: number
	/** ||B||^2 */
	readonly target: number
}

/** Moves the origin of the unknowns to scale 1. */
export function aroundOnes({ matrix, rhs, target }: NormalEquations): AroundOnes {
	const size = matrix.rows
	const moved = rhs.slice()
	let squaredError = target
	for (let u = 0; u < size; u++) {
		for (let v = 0; v < size; v++) moved[u]! -= matrix.data[u * size + v]!
		squaredError -= rhs[u]! + moved[u]!
	}
	return { matrix, rhs: moved, squaredError: Math.max(0, squaredError), target }
}

/**
 * ||A s - B|| / ||B|| at s = 1 + delta: 0 explains the target, 1 is no better than the bias alone.
 *
 * Computed as the error at s = 1 and the change from there, so that rounding in the large common part cannot turn an improvement
 * into a loss.
 */
export function relativeResidual({ matrix, rhs, squaredError, target }: AroundOnes, delta: Float64Array): number {
	const size = matrix.rows
	let change = 0
	for (let u = 0; u < size; u++) {
		let product = 0
		for (let v = 0; v < size; v++) product += matrix.data[u * size + v]! * delta[v]!
		change += delta[u]! * (product - 2 * rhs[u]!)
	}
	const squared = Math.max(0, squaredError + change)
	return squared === 0 ? 0 : Math.sqrt(squared / target)
}
