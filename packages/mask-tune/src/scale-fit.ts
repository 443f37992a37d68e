import type { FitRecord, Refusal } from "./site-report.ts"

/** What a solver makes of a site: one scale per kept unit, or why there are none to use; and how it went. */
export type ScaleFit = { readonly record: Pick<FitRecord, "damping" | "iterations" | "istop"> } & (
	| { readonly ok: true; readonly scales: Float64Array }
	| { readonly ok: false; readonly refusal: Refusal }
)

/** Scales beyond this are refused (the paper's bound). */
const LARGEST_SCALE = 10

/** The fit, refused when a scale leaves [-10, 10] or is no number. */
export function inRange(fit: ScaleFit): ScaleFit {
	if (!fit.ok) return fit
	const smallest = Math.min(...fit.scales)
	const largest = Math.max(...fit.scales)
	if (smallest >= -LARGEST_SCALE && largest <= LARGEST_SCALE) return fit
	const explanation = `scales run from ${smallest.toPrecision(3)} to ${largest.toPrecision(3)}; allowed is [-10, 10]`
	return { ok: false, refusal: { reason: "out-of-range", explanation }, record: fit.record }
}
