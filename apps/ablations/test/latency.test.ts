import { existsSync, readFileSync } from "node:fs"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { latencyDocument, latencyTable } from "../src/latency/latency-document.ts"
import { readLatencyRows, renderedLatency, writeLatency } from "../src/latency/latency-files.ts"
import { latencyPlot } from "../src/latency/latency-plot.ts"
import { type LatencyRow, latencyRowsOf } from "../src/latency/latency-row.ts"

/** The model pruned to latency is a tenth closer to the dense one, and both take a hundredth less than they may. */
function latencyRow({ batch, budget }: Pick<LatencyRow, "batch" | "budget">): LatencyRow {
	const share = 0.99 * budget
	const timed = (ratio: number) => ({ ms: 10 * batch * ratio, p10: 9 * batch * ratio, p90: 12 * batch * ratio, ratio })
	return {
		schema: "winnow-latency-against-macs/1",
		task: "sst2",
		batch,
		length: 128,
		threads: 2,
		budget,
		share: { latency: share, macs: share },
		macs: { latency: budget - 0.05, macs: budget - 0.1 },
		guide: { latency: 0.9 * (1 - budget), macs: 1 - budget },
		score: { dense: 0.9, latency: 0.89, macs: 0.88 },
		heads: { latency: [2, 1], macs: [2, 2] },
		neurons: { latency: [20, 40], macs: [25, 3] },
		runs: {
			dense: { ...timed(1), error: 0 },
			latency: { ...timed(share), error: 0.004 },
			macs: { ...timed(share), error: 0.004 },
		},
		trials: 1,
		runtime: "a runtime 1.0",
		machine: { cpu: "a processor", cores: 2, memoryGiB: 8, node: "v20.19.0", platform: "linux/x64" },
		commit: "0123456789ab",
	}
}

const rows = [1, 32].flatMap((batch) => [0.7, 0.5, 0.35].map((budget) => latencyRow({ batch, budget })))

it("writes both models of every budget beside each other", async () => {
	expect(
		latencyTable([latencyRow({ batch: 1, budget: 0.5 })])
			.split("\n")
			.at(-2),
	).toBe("| sst2 | 1 | 0.5 | 49.5 % | 0.4500 | 0.8900 | 45.0 % | 49.5 % | 0.5000 | 0.8800 | 40.0 % | 0.900 |")
	await expect(latencyDocument(rows, "latency-against-macs")).toMatchFileSnapshot("snapshots/latency.md")
})

it("draws a panel a task and batch, a line a kind of budget, and the closer model lower", async () => {
	const svg = latencyPlot(rows)
	for (const name of ["sst2, batch 1", "sst2, batch 32"]) expect(svg).toContain(`${name}: guide</text>`)
	const lines = [...svg.matchAll(/aria-label="line"><path d="M[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y))
	expect(lines).toHaveLength(2 * 2)
	for (const panel of [0, 2]) expect(lines[panel]!).toBeGreaterThan(lines[panel + 1]!)
	await expect(svg).toMatchFileSnapshot("snapshots/latency.svg")
})

it("refuses rows that are not of this experiment, naming the line", () => {
	const lines = [rows[0], { ...rows[1], trials: 0 }].map((row) => JSON.stringify(row))
	expect(() => latencyRowsOf(lines.join("\n"), "rows.jsonl")).toThrow(/^rows\.jsonl: trials of line 2 must be/)
})

it("reads again what it writes, and renders it", async () => {
	const folder = await mkdtemp(join(tmpdir(), "winnow-latency-rows-"))
	try {
		expect(await readLatencyRows(folder)).toEqual([])
		await expect(renderedLatency(folder)).rejects.toThrow(/must be one that holds rows/)
		await writeLatency(rows, folder)
		expect(await readLatencyRows(folder)).toEqual(rows)
		expect((await readdir(folder)).toSorted()).toEqual(
			["jsonl", "md", "svg"].map((end) => `latency-against-macs.${end}`),
		)
	} finally {
		await rm(folder, { recursive: true })
	}
})

const committed = fileURLToPath(new URL("../../../docs/ablations/", import.meta.url))

it("the committed table and plot are what the rows give, or nothing is there", async () => {
	if (!existsSync(join(committed, "latency-against-macs.jsonl"))) return
	for (const [file, text] of await renderedLatency(committed))
		expect([file, readFileSync(file, "utf8")]).toEqual([file, text])
})
