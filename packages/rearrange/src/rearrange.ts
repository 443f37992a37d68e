import { type Gemm64, plainGemm64 } from "@winnow/linalg"
import {
	InvalidInputError,
	type MaskGradients,
	type Plan,
	progressOf,
	type Run,
	ShapeError,
	type Tensor,
} from "@winnow/tensor"
import { blockLoss, removedUnits } from "./block-loss.ts"
import { gramMatrix } from "./gram-matrix.ts"
import { swapPass } from "./swap-pass.ts"

export interface RearrangeOptions extends Run {
	/** How many passes over each sublayer (default 1, the paper's), or `"converge"`: until a pass changes nothing. */
	readonly passes?: number | "converge"
	/** Computes F. Default: plain TypeScript. */
	readonly gemm?: Gemm64
}

/**
 * Mask rearrangement: exchanges units within each sublayer so that what is removed together costs least (Kwon et al. 2022,
 * section 4.2). How many units a sublayer keeps, and so the plan's cost, stay.
 *
 *   per sublayer: min || sum over removed u of g_u ||^2 = (1 - m)^T F (1 - m),  F = G^T G
 *
 * Starts from what the plan keeps; `swapPass` says what a pass is. A pass that does not lower `blockLoss`, computed anew from
 * the gradients, is undone and the last: the objective never rises, rounding included, and `"converge"` always ends. It ends
 * where no exchange of one removed for one kept unit lowers the objective by more than rounding.
 *
 * `loss` of the returned plan is still the searched plan's, the curves at the kept counts: these know no interactions and the
 * counts are the same. `blockLoss` of a sublayer tells what was gained.
 *
 * @param plan - what a search over the same gradients decided
 * @param gradients - dLoss/dmask at mask = 1, one tensor `[sample, unit]` a sublayer
 * @throws {InvalidInputError} when `passes` is neither a natural number nor `"converge"`, or a gradient is not finite
 * @throws {ShapeError} when plan and gradients do not belong together
 * Cost: per sublayer S n^2 multiply-adds for F by `gemm`, n^2 per pass, 8 n^2 bytes. F pays at any number of samples: without it the
 * tests of one pass take up to S n^2 / 4 themselves.
 * @example
 * const plan = await rearrange(searchMasks(diagonalCurves(gradients), cost, { share: 0.5 }), gradients)
 */
export async function rearrange(
	plan: Plan,
	gradients: MaskGradients,
	{ passes = 1, gemm = plainGemm64, ...run }: RearrangeOptions = {},
): Promise<Plan> {
	const limit = passes === "converge" ? Number.POSITIVE_INFINITY : passes
	if (limit !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(limit) && limit >= 0)) {
		throw new InvalidInputError("rearrange", "the number of passes", 'a natural number or "converge"', passes)
	}
	if (gradients.length !== plan.kept.length) {
		const expected = `${plan.kept.length}, one a sublayer of the plan`
		throw new ShapeError("rearrange", "the number of gradient tensors", expected, gradients.length)
	}
	for (const [index, each] of gradients.entries()) requireUsable(each, plan.kept[index]!, index)
	const report = progressOf("rearrange", gradients.length, run)
	const kept: Uint32Array[] = []
	for (const [index, each] of gradients.entries()) {
		report(index)
		kept.push(await rearrangedUnits(each, plan.kept[index]!, { passes: limit, gemm }))
	}
	report(gradients.length)
	return { ...plan, kept }
}

/** A sum with NaN is never lower: rearrangement would end where it began, without a word. */
function requireUsable({ data }: Tensor<"sample unit">, kept: Uint32Array, sublayer: number): void {
	const bad = data.find((gradient) => !Number.isFinite(gradient))
	if (bad !== undefined) {
		throw new InvalidInputError("rearrange", `the mask gradients of sublayer ${sublayer}`, "finite", bad)
	}
	if (kept.every((unit, at) => at === 0 || kept[at - 1]! < unit)) return
	throw new ShapeError("rearrange", `the kept units of sublayer ${sublayer}`, "ascending, each once", [...kept])
}

/** What one sublayer keeps after at most `passes` passes. */
async function rearrangedUnits(
	gradients: Tensor<"sample unit">,
	start: Uint32Array,
	{ passes, gemm }: { passes: number; gemm: Gemm64 },
): Promise<Uint32Array> {
	const removed = removedUnits(gradients.shape[1], start)
	// Nothing to exchange.
	if (start.length === 0 || start.length === removed.length) return start
	const gram = await gramMatrix(gradients, gemm)
	let kept = start
	let loss = blockLoss(gradients, kept)
	for (let pass = 0; pass < passes; pass++) {
		swapPass(gram, removed)
		const next = Uint32Array.from(removed.keys()).filter((unit) => removed[unit] === 0)
		const lower = blockLoss(gradients, next)
		if (!(lower < loss)) break
		kept = next
		loss = lower
	}
	return kept
}
