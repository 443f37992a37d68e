import type * as Plot from "@observablehq/plot"
import { groupedBy } from "../grouped-by.ts"
import { type ArmStyle, armStyles } from "../plot/arm-style.ts"
import { lineWithDots, panelMargins } from "../plot/panel.ts"
import { picture } from "../plot/picture.ts"
import { plotLegend } from "../plot/plot-legend.ts"
import { plotPicture } from "../plot/plot-picture.ts"
import type { Question } from "../question.ts"
import type { LatencyRow } from "./latency-row.ts"

const panel = { width: 420, height: 300 }
const columns = 2

const budgets = { latency: "latency", macs: "multiply-accumulates" } as const
type Budget = keyof typeof budgets

// Arms of a group share its colour; here the two lines lie close, so that each gets one of its own.
const legend: Pick<Question, "groups"> = {
	groups: [
		{ name: "Budget", arms: [[budgets.latency, {}]] },
		{ name: "", arms: [[budgets.macs, {}]] },
	],
}
const styles = armStyles(legend)

/** The guide over the latency measured, as SVG: a panel a task and batch, a line a kind of budget. Lower is closer to the dense model. */
export function latencyPlot(rows: readonly LatencyRow[]): string {
	const cells = [...groupedBy(rows, ({ task, batch }) => `${task}, batch ${batch}`)]
	const panels = cells.map(([name, some], index) => {
		const [x, y] = [(index % columns) * panel.width, Math.floor(index / columns) * panel.height]
		return plotPicture(panelOptions(name, some), { x, y, label: `${name}: guide` })
	})
	const width = columns * panel.width
	const below = Math.ceil(cells.length / columns) * panel.height
	const { svg, height } = plotLegend(legend, { width, y: below })
	const title = "Guide over measured latency"
	return picture([...panels, svg], { title, width, height: below + height })
}

function panelOptions(name: string, rows: readonly LatencyRow[]): Plot.PlotOptions {
	return {
		...panel,
		...panelMargins,
		x: { label: "latency measured, of the dense model's", labelOffset: 42, tickFormat: "%", inset: 12 },
		y: { label: `${name}: guide`, grid: true, zero: true },
		marks: (Object.keys(budgets) as Budget[]).flatMap((budget, index) => marksOf(styles[index]!, rows, budget)),
	}
}

function marksOf(style: ArmStyle, rows: readonly LatencyRow[], budget: Budget): readonly Plot.Markish[] {
	const points = rows.map(({ share, guide }) => ({ latency: share[budget], guide: guide[budget] }))
	return lineWithDots(style, points, { x: "latency", y: "guide" })
}
