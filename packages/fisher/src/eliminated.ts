import { columnsOf, factorTriangle, type Matrix64, substituteForward, subtractProduct, whiten } from "@winnow/linalg"

/** How a removal changes Q and P: Q -= u^T u, P -= u^T a + a^T u. Both `[channels that go, all channels]`. */
export interface Elimination {
	readonly u: Matrix64
	readonly a: Matrix64
}

/**
 * What the removal of the channels M does to Q = H^-1 and P = W S W^T when all other channels compensate for it:
 *
 *   Q_MM = L L^T        u = L^-1 Q_M:        w = L^-1 W_M:        Q' = Q - u^T u        W' = W - u^T w
 *   P' = W' S W'^T = P - u^T a - a^T u       a = L^-1 P_M: - 1/2 K u                    K = w S w^T = L^-1 P_MM L^-T
 *
 * Rows and columns M become zero; what remains of Q is the inverse of H without them.
 *
 * @param q - rows M of Q; overwritten
 * @param p - rows M of P; overwritten
 * @returns undefined where Q_MM is not positive definite
 */
export function eliminated(q: Matrix64, p: Matrix64, channels: Uint32Array): Elimination | undefined {
	const lower = columnsOf(q, channels)
	if (factorTriangle(lower)) return undefined
	const halfK = columnsOf(p, channels)
	whiten(lower, halfK)
	for (let k = 0; k < halfK.data.length; k++) halfK.data[k]! /= 2
	substituteForward(lower, q)
	substituteForward(lower, p)
	subtractProduct(p, halfK, q)
	return { u: q, a: p }
}
