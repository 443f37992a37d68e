import * as Plot from "@observablehq/plot"
import type { ArmStyle } from "./arm-style.ts"

/** Around every panel: room for its title, ticks and labels. */
export const panelMargins = { marginTop: 40, marginBottom: 48, marginLeft: 48, marginRight: 24 } as const

/** An arm's points, and a line through them. */
export function lineWithDots<Point>(
	{ colour, symbol, dash }: ArmStyle,
	points: readonly Point[],
	at: { readonly x: keyof Point & string; readonly y: keyof Point & string },
): readonly Plot.Markish[] {
	return [
		Plot.line(points, { ...at, stroke: colour, strokeWidth: 1.5, strokeDasharray: dash }),
		Plot.dot(points, { ...at, symbol, fill: colour, r: 3.5 }),
	]
}
