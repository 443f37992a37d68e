import { lsmr } from "@winnow/linalg"
import type { AroundOnes } from "./around-ones.ts"
import type { ScaleFit } from "./scale-fit.ts"

/** Constants of the paper's code: CuPy's LSMR with its defaults and damp 1. */
const damp = 1
const tolerances = { atol: 1e-6, btol: 1e-6, conlim: 1e8 }
const iterationsPerUnknown = 5

/**
 * Scales as the paper's code finds them: LSMR on the *normal equations*, that is
 *
 *   min ||A^T A delta - A^T (B - A 1)||^2 + ||delta||^2        s = 1 + delta
 *
 * which squares the condition number twice and damps by a constant that real token counts dwarf. Converged if `istop` < 3.
 *
 * @param problem - its last unknown may be an intercept, which is dropped
 * @param units - how many scales to return
 */
export async function referenceScales(
	{ matrix, rhs }: AroundOnes,
	{ units, signal }: { units: number; signal?: AbortSignal | undefined },
): Promise<ScaleFit> {
	const maxiter = iterationsPerUnknown * matrix.rows
	const { x, istop, iterations } = await lsmr(matrix, rhs, { damp, ...tolerances, maxiter, signal })
	const record = { damping: damp, iterations, istop }
	if (istop < 3) return { ok: true, scales: x.slice(0, units).map((delta) => 1 + delta), record }
	const explanation = `LSMR stopped with code ${istop} after ${iterations} iterations; converged are 0 to 2`
	return { ok: false, refusal: { reason: "not-converged", explanation }, record }
}
