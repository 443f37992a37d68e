import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"

const { document } = parseHTML("<!doctype html><html><body></body></html>")

/** Where a picture stands in a larger one, and what it is called for those who do not see it. */
export interface Placement {
	readonly x: number
	readonly y: number
	readonly label: string
}

/** A plot as SVG text, a part of a larger picture that sets its colours and fonts. */
export function plotPicture(options: Plot.PlotOptions, { x, y, label }: Placement): string {
	const svg = Plot.plot({ ...options, document })
	svg.querySelector("style")?.remove()
	for (const [name, value] of Object.entries({ x, y, role: "img", "aria-label": label })) svg.setAttribute(name, value)
	return rounded(svg.outerHTML)
}

/**
 * Hundredths of a pixel are enough, and the same on every machine. What is read, text and names of groups, stays as it is: an arm may be
 * called 0.001.
 */
function rounded(svg: string): string {
	return svg.replace(/<[^>]*>/g, (tag) =>
		tag.replace(/( aria-[a-z]+="[^"]*")|-?\d+\.\d{3,}/g, (part, name: string | undefined) =>
			name === undefined ? String(Math.round(Number(part) * 100) / 100) : part,
		),
	)
}
