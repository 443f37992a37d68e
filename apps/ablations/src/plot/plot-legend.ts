import * as Plot from "@observablehq/plot"
import { groupedBy } from "../grouped-by.ts"
import type { Question } from "../question.ts"
import { type ArmStyle, armStyles } from "./arm-style.ts"
import { plotPicture } from "./plot-picture.ts"

const [line, margin, left] = [17, 12, 24]

/** Which line is which arm, a column a group: SVG text and its height. */
export function plotLegend(
	question: Pick<Question, "groups">,
	{ width, y }: { readonly width: number; readonly y: number },
) {
	const columns = [...groupedBy(armStyles(question), ({ group }) => group)]
	const lines = 1 + Math.max(...columns.map(([, styles]) => styles.length))
	const height = lines * line + 2 * margin
	const marks = columns.flatMap(([heading, styles], column) =>
		columnMarks(heading, styles, left + (column * width) / columns.length),
	)
	const scales = { x: { type: "identity" }, y: { domain: [lines - 0.5, -0.5] } } as const
	const frame = { width, height: height - margin, margin: 0, axis: null }
	return { height, svg: plotPicture({ ...frame, ...scales, marks }, { x: 0, y, label: "legend" }) }
}

function columnMarks(heading: string, styles: readonly ArmStyle[], x: number): readonly Plot.Markish[] {
	const text = { textAnchor: "start", fill: "currentColor" } as const
	return [
		Plot.text([heading], { ...text, x, y: 0, fontWeight: "bold" }),
		...styles.flatMap(({ arm, colour, symbol, dash }, index) => {
			const y = index + 1
			const stroke = { stroke: colour, strokeWidth: 1.5, strokeDasharray: dash }
			return [
				Plot.link([0], { x1: x, x2: x + 28, y1: y, y2: y, ...stroke }),
				Plot.dot([0], { x: x + 14, y, symbol, fill: colour, r: 3.5 }),
				Plot.text([arm], { ...text, x: x + 36, y }),
			]
		}),
	]
}
