import { markdownTable } from "../markdown-table.ts"
import type { LatencyRow } from "./latency-row.ts"

/** Rows as Markdown, for people: how they were measured, and both models of every budget. */
export function latencyDocument(rows: readonly LatencyRow[], name: string): string {
	const { length, threads, runtime, machine } = rows[0]!
	const commits = [...new Set(rows.map(({ commit }) => commit))].join(", ")
	return `# Latency or multiply-accumulates as the budget?

Models pruned to a share of the dense model's latency, and to a share of its multiply-accumulates with which they measure about as fast: the
same removal curves (2,048 training rows, seed 0), the same repair. Latencies are of inputs of ${length} tokens, ${threads} threads, as shares of
the dense model's, all three models turn by turn in one run. The guide is the root mean square difference of the logits from the dense
model's on unlabelled text.

![Guide over measured latency of models pruned to latency and to multiply-accumulates](${name}.svg)

${latencyTable(rows)}
Read by the guide: scores of 900 to 1,500 dev samples cannot tell these models apart. What differs most is the last layer: its feed-forward
sublayer is computed at [CLS] alone, so that its neurons take next to no time, but are charged like all others where multiply-accumulates are
counted as the paper counts them.

Widths and single runs are in [${name}.jsonl](${name}.jsonl). Made by \`pnpm ablations:latency\` at commit ${commits} on ${machine.cpu}, ${machine.cores} cores,
${runtime}.
`
}

/** A line a task, batch and budget: the model pruned to latency, and the one of equal speed by multiply-accumulates. */
export function latencyTable(rows: readonly LatencyRow[]): string {
	const percent = (share: number) => `${(100 * share).toFixed(1)} %`
	const head = [
		...["task", "batch", "budget", "latency", "guide", "score", "MACs"],
		...["by MACs: latency", "guide", "score", "MACs", "ratio of guides"],
	]
	return markdownTable(
		head,
		rows.map(({ task, batch, budget, share, guide, score, macs }) => [
			task,
			String(batch),
			String(budget),
			percent(share.latency),
			guide.latency.toFixed(4),
			score.latency.toFixed(4),
			percent(macs.latency),
			percent(share.macs),
			guide.macs.toFixed(4),
			score.macs.toFixed(4),
			percent(macs.macs),
			(guide.latency / guide.macs).toFixed(3),
		]),
	)
}
