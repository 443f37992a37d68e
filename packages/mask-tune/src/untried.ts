import type { RepairSite } from "@winnow/tensor"
import type { AroundOnes } from "./around-ones.ts"
import type { Refusal } from "./site-report.ts"

/** Why there is nothing to fit at a site, before any work. */
export function nothingToTune({ sublayer, fit }: RepairSite): Refusal | undefined {
	if (sublayer.units === 0) return { reason: "no-units", explanation: "no unit is kept: only the bias is left" }
	if (fit.rows === 0) return { reason: "no-rows", explanation: "the calibration sample has no rows here" }
	return undefined
}

/** The paper's code begins with the FFN of layer 0. */
export function neverTunedByThePaper({ sublayer: { kind, layer } }: RepairSite): Refusal | undefined {
	if (kind !== "attention" || layer !== 0) return undefined
	return { reason: "first-attention", explanation: "the paper's code never tunes the attention of layer 0" }
}

/** Why the normal equations say nothing. */
export function nothingToLearn({ matrix, rhs, target }: AroundOnes): Refusal | undefined {
	if (![matrix.data, rhs, [target]].every((numbers) => numbers.every(Number.isFinite))) {
		return { reason: "not-finite", explanation: "the moments hold NaN or infinity" }
	}
	if (matrix.data.every((product) => product === 0)) {
		return { reason: "silent", explanation: "every kept unit puts out zero on all rows: any scale is as good" }
	}
	return undefined
}
