import type { Evaluated, Pruning } from "@winnow/export"
import { guideWords } from "./guide-words.ts"
import { count, percent, score } from "./quantities.ts"
import type { Unfinished } from "./result-of.ts"

/** What a model card says of a result: how it was pruned, and what that came to. */
export function pruningOf(result: Unfinished): Pruning {
	const { data } = result
	const datasets = data === undefined ? [] : [data.source]
	return { method: methodOf(result), figures: figuresOf(result), evaluation: evaluationOf(result), datasets }
}

function evaluationOf({ task, metrics, data, scoredOn }: Unfinished): Evaluated | undefined {
	const defined = Object.entries(metrics.pruned).flatMap(([name, value]) =>
		value === null ? [] : [[name, value] as const],
	)
	if (task === null || defined.length === 0) return undefined
	const { split, samples } = scoredOn ?? { split: "dev" }
	const inputs = samples === undefined ? "" : `${count(samples)} inputs of `
	return {
		name: `${task}, ${inputs}the ${split} split`,
		type: data?.source ?? task,
		revision: data?.revision,
		split: data === undefined || split !== "dev" ? split : "validation",
		metrics: Object.fromEntries(defined),
	}
}

function methodOf({ recipe, samples, task, data }: Unfinished): string {
	const { macs, latency, maxDrop, preset, seed } = recipe
	const budget =
		maxDrop !== undefined
			? `the smallest model that loses at most ${maxDrop} points on held-out training rows`
			: latency !== undefined
				? `a latency of ${typeof latency === "number" ? `${percent(latency)} of the dense model's` : latency}`
				: `${percent(macs!)} of the multiply-accumulates`
	const on = task === null ? "texts without labels" : `the training split of ${task}`
	const from = data === undefined ? "" : ` (${data.source} at ${data.revision})`
	return `Pruned to ${budget} with preset \`${preset}\`, calibrated on ${samples.indices.length.toLocaleString("en-US")} rows of ${on}${from}, ${samples.isListed ? "listed in a file" : `drawn with seed ${seed}`}. \`winnow.json\` records everything that was done.`
}

function figuresOf({ metrics, guide, macs, latency, parameters, forward, scoredOn }: Unfinished) {
	const on = scoredOn ? `${scoredOn.split}, ${count(scoredOn.samples)} inputs` : "dev"
	const rows: [string, string, string][] = Object.entries(metrics.dense).map(([name, before]) => [
		`${name} (${on})`,
		score(before),
		score(metrics.pruned[name] ?? null),
	])
	rows.push([`MACs at ${Number(macs.length.toFixed(2))} tokens`, "100 %", percent(macs.share)])
	rows.push(["parameters", millions(parameters.dense), millions(parameters.pruned)])
	if (latency !== undefined) {
		const { batch, length, threads, precision } = latency
		const what = `latency of ${batch} x ${length} tokens, ${threads} threads, ${precision}`
		rows.push([what, milliseconds(latency.dense), milliseconds(latency.pruned)])
	}
	if (forward !== undefined) rows.push(["speed of a forward pass", "1 x", `${forward.speedup.toFixed(2)} x`])
	const text = guideWords(guide)
	rows.push([
		`logits differ by (root mean square${text ? `, ${text}` : ""})`,
		"",
		guide.measured?.toFixed(3) ?? "not measured: every row was calibrated on",
	])
	if (guide.flipped !== null) rows.push(["predictions that differ", "", percent(guide.flipped)])
	return rows
}

const millions = (count: number) => `${(count / 1e6).toFixed(2)} M`
const milliseconds = (value: number) => `${value.toPrecision(3)} ms`
