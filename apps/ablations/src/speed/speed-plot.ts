import * as Plot from "@observablehq/plot"
import { type ArmStyle, armStyles } from "../plot/arm-style.ts"
import { lineWithDots, panelMargins } from "../plot/panel.ts"
import { picture } from "../plot/picture.ts"
import { plotLegend } from "../plot/plot-legend.ts"
import { plotPicture } from "../plot/plot-picture.ts"
import type { Question } from "../question.ts"
import { columnName } from "./speed-document.ts"
import type { SpeedRow } from "./speed-row.ts"

const panel = { width: 420, height: 300 }
const columns = 2

/** Colours of the legend, by precision. */
const legend: Pick<Question, "groups"> = {
	groups: [
		{ name: "float32", arms: [["fp32", {}]] },
		{ name: "8-bit integers", arms: [["int8", {}]] },
	],
}

/** How many times faster than the dense model in float32, over the share of multiply-accumulates kept, as SVG: a panel a row. */
export function speedPlot(rows: readonly SpeedRow[]): string {
	const fastest = Math.max(...rows.flatMap(({ forms }) => forms.map(({ ratio }) => 1 / ratio)))
	const panels = rows.map((row, index) => {
		const [x, y] = [(index % columns) * panel.width, Math.floor(index / columns) * panel.height]
		return plotPicture(panelOptions(row, fastest), { x, y, label: columnName(row) })
	})
	const width = columns * panel.width
	const below = Math.ceil(rows.length / columns) * panel.height
	const { svg, height } = plotLegend(legend, { width, y: below })
	const title = "Times faster than the dense model in float32"
	return picture([...panels, svg], { title, width, height: below + height })
}

function panelOptions(row: SpeedRow, fastest: number): Plot.PlotOptions {
	const shares = [...new Set(row.forms.map(({ macs }) => macs))]
	return {
		...panel,
		...panelMargins,
		x: {
			label: "multiply-accumulates kept",
			labelOffset: 42,
			ticks: shares,
			tickFormat: "%",
			inset: 12,
			reverse: true,
		},
		y: { label: `${columnName(row)}: times faster`, grid: true, domain: [0, 1.05 * fastest] },
		marks: armStyles(legend).flatMap((style) => marksOf(style, row)),
	}
}

function marksOf(style: ArmStyle, { forms }: SpeedRow): readonly Plot.Markish[] {
	const points = forms
		.filter(({ precision }) => precision === style.arm)
		.map(({ macs, ratio, error }) => ({
			macs,
			speed: 1 / ratio,
			least: (1 - error) / ratio,
			most: (1 + error) / ratio,
		}))
	const at = { x: "macs", y: "speed" } as const
	return [
		Plot.ruleX(points, { x: "macs", y1: "least", y2: "most", stroke: style.colour }),
		...lineWithDots(style, points, at),
		Plot.text(points, {
			...at,
			text: ({ speed }: { speed: number }) => speed.toFixed(1),
			dy: -10,
			fill: "currentColor",
		}),
	]
}
