/** How far apart two numbers may be: |a - b| <= atol + rtol |b|. */
export interface Closeness {
	readonly rtol: number
	readonly atol: number
}

/** The same number. */
export const exact: Closeness = { rtol: 0, atol: 0 }
/** Two float64 computations in another order. */
export const f64: Closeness = { rtol: 1e-12, atol: 1e-14 }
/** Two float32 computations in another order. */
export const f32: Closeness = { rtol: 1e-5, atol: 1e-7 }

/**
 * Vitest matcher: every element of two lists of numbers is close; a failure names the worst one.
 *
 * @example
 * expect.extend({ toBeAllclose })
 * expect(ours).toBeAllclose(theirs, f32)
 */
export function toBeAllclose(received: ArrayLike<number>, expected: ArrayLike<number>, closeness: Closeness) {
	if (received.length !== expected.length) {
		return { pass: false, message: () => `expected ${expected.length} elements, received ${received.length}` }
	}
	let worst = -1
	let excess = 0
	for (let i = 0; i < expected.length; i++) {
		const a = received[i] as number
		const b = expected[i] as number
		if (Object.is(a, b) || a === b) continue
		const allowed = closeness.atol + closeness.rtol * Math.abs(b)
		const over = Math.abs(a - b) - allowed
		// NaN on one side compares false everywhere: it is the worst there is.
		if (!(over <= 0) && !(over <= excess)) {
			worst = i
			excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over
		}
	}
	return {
		pass: worst === -1,
		message: () =>
			worst === -1
				? "expected the lists to differ by more"
				: `element ${worst} is ${received[worst]}, expected ${expected[worst]} (rtol ${closeness.rtol}, atol ${closeness.atol})`,
	}
}

declare module "vitest" {
	// biome-ignore lint/suspicious/noExplicitAny: the parameter's name and default are vitest's own
	interface Matchers<T = any> {
		toBeAllclose(expected: ArrayLike<number>, closeness: Closeness): T
	}
}
