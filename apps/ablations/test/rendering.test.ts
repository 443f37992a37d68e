import { expect, it } from "vitest"
import { documentOf } from "../src/document.ts"
import { guidePlot } from "../src/guide-plot.ts"
import { question, row, rows } from "./made-up.ts"

it("writes means, spreads and intervals of all cells", async () => {
	await expect(documentOf(question, rows(), "rows.jsonl")).toMatchFileSnapshot("snapshots/made-up.md")
})

it("shows what is missing, and what is undefined", async () => {
	const at = { arm: "winnow", task: "stsb", seed: 0, macs: 0.5 }
	const constant = row(at, { score: { dense: 0.9, pruned: null }, change: { score: null, low: null, high: null } })
	await expect(documentOf(question, [constant], "rows.jsonl")).toMatchFileSnapshot("snapshots/one-row.md")
})

it("draws a panel a task, a line an arm, and names all", async () => {
	const svg = guidePlot(question, rows(), "rows.jsonl")
	for (const name of ["sst2: guide", "stsb: guide", "simple", "ours", "random", "diagonal Fisher", "winnow"]) {
		expect(svg).toContain(`${name}</text>`)
	}
	expect(svg.match(/aria-label="line"/g)).toHaveLength(2 * 3)
	await expect(svg).toMatchFileSnapshot("snapshots/made-up.svg")
})

it("draws lower points for smaller guides", () => {
	const svg = guidePlot(question, rows(), "rows.jsonl")
	const [, height] = /aria-label="line"><path d="M[\d.]+,([\d.]+)/.exec(svg)!
	const last = svg
		.slice(0, svg.indexOf("stsb: guide"))
		.match(/aria-label="line"><path d="M[\d.]+,([\d.]+)/g)!
		.at(-1)!
	expect(Number(last.split(",").at(-1))).toBeGreaterThan(Number(height))
})
