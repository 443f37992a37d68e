import * as Plot from "@observablehq/plot"
import { type Cell, cellsOf } from "./cells.ts"
import { type ArmStyle, armStyles } from "./plot/arm-style.ts"
import { lineWithDots, panelMargins } from "./plot/panel.ts"
import { picture } from "./plot/picture.ts"
import { plotLegend } from "./plot/plot-legend.ts"
import { plotPicture } from "./plot/plot-picture.ts"
import type { Question } from "./question.ts"
import type { Row } from "./row.ts"
import { summary } from "./summary.ts"

const panel = { width: 420, height: 380 }

/**
 * The guide over the share of multiply-accumulates kept, as SVG: a panel a task, a line an arm through the means over seeds, with
 * the range of seeds where there are several. Axes of the guide are logarithmic, and each task has its own: logits of different models
 * do not compare.
 */
export function guidePlot(question: Question, rows: readonly Row[], file: string): string {
	const cells = cellsOf(question, rows, file)
	const tasks = question.subjects.map(({ task }) => task)
	const styles = armStyles(question)
	const panels = tasks.map((task, index) => {
		const options = panelOptions(task, { styles, cells: cells.filter((cell) => cell.task === task) })
		return plotPicture(options, { x: index * panel.width, y: 0, label: `${task}: guide` })
	})
	const width = Math.max(2, tasks.length) * panel.width
	const legend = plotLegend(question, { width, y: panel.height })
	const height = panel.height + legend.height
	return picture([...panels, legend.svg], { title: question.title, width, height })
}

function panelOptions(
	task: string,
	{ styles, cells }: { readonly styles: readonly ArmStyle[]; readonly cells: readonly Cell[] },
): Plot.PlotOptions {
	const shares = [...new Set(cells.map(({ macs }) => macs))]
	return {
		...panel,
		...panelMargins,
		x: { label: "multiply-accumulates kept", labelOffset: 42, ticks: shares, tickFormat: "%", inset: 12 },
		y: { type: "log", label: `${task}: guide`, grid: true, ticks: 6, tickFormat: "~g" },
		marks: styles.flatMap((style) => marksOf(style, pointsOf(cells.filter(({ arm }) => arm === style.arm)))),
	}
}

interface Point {
	readonly macs: number
	readonly mean: number
	readonly least: number
	readonly most: number
}

function pointsOf(cells: readonly Cell[]): readonly Point[] {
	return cells.flatMap(({ macs, rows }) => {
		const numbers = summary(rows.map(({ guide }) => guide.measured))
		return numbers === undefined ? [] : [{ macs, ...numbers }]
	})
}

function marksOf(style: ArmStyle, points: readonly Point[]): readonly Plot.Markish[] {
	return [
		Plot.ruleX(points, { x: "macs", y1: "least", y2: "most", stroke: style.colour }),
		...lineWithDots(style, points, { x: "macs", y: "mean" }),
	]
}
