import { expect, it } from "vitest"
import { cellsOf } from "../src/cells.ts"
import { documentOf } from "../src/document.ts"
import { familiesOf } from "../src/families.ts"
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

it("keeps names that are numbers as they are called, and in their order", () => {
	const names = ["0.001", "10", "2", "0.1234567", "a | b", 'x < "y"']
	const arms = names.map((name) => [name, {}] as const)
	const numbered = { ...question, title: 'Which of "these"?', groups: [{ name: "3.14159", arms }] }
	const all = names.map((arm) => row({ arm, task: "sst2", seed: 0, macs: 0.5 }))
	const svg = guidePlot(numbered, all, "rows.jsonl")
	const legend = svg.slice(svg.indexOf('aria-label="legend"'))
	const places = ["0.001", "10", "2", "0.1234567", "a | b"].map((name) => legend.indexOf(`>${name}</text>`))
	expect(places).not.toContain(-1)
	expect(places).toEqual(places.toSorted((a, b) => a - b))
	expect(legend).toContain(">3.14159</text>")
	expect(svg).toContain('aria-label="Which of &quot;these&quot;?"')
	const document = documentOf(numbered, all, "rows.jsonl")
	const section = document.slice(document.indexOf("### 50 %"))
	const lines = section.split("\n").flatMap((line) => /^\| (.+?) \| [\d–]/.exec(line)?.[1] ?? [])
	expect(lines.slice(0, names.length)).toEqual(["0.001", "10", "2", "0.1234567", "a \\| b", 'x < "y"'])
	expect(
		cellsOf(numbered, all, "rows.jsonl")
			.map(({ arm }) => arm)
			.slice(0, names.length),
	).toEqual(names)
	expect(
		familiesOf(numbered, "/shared")
			.map(({ arm }) => arm)
			.slice(0, names.length),
	).toEqual(names)
})
