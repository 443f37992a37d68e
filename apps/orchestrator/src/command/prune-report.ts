import type { PruneResult } from "../result/prune-result.ts"
import { aligned } from "./aligned.ts"
import { count, duration, percent, score, short } from "./quantities.ts"

/** The result as tables: what it cost and gained, what is left of every layer, and what the run itself took. */
export function pruneReport(result: PruneResult, out: string): string {
	return [
		comparison(result),
		widths(result),
		repairs(result),
		stages(result),
		`${out}: ${Object.entries(result.files)
			.map(([name, bytes]) => `${name} ${short(bytes, "B")}`)
			.join(", ")}\n`,
	].join("\n")
}

function comparison({ model, task, metrics, macs, parameters, files, forward }: PruneResult): string {
	const weights = files["model.safetensors"]!
	const { dense, pruned } = forward.seconds
	return aligned([
		[`${model.source} on ${task}`, "dense", "pruned", ""],
		...Object.entries(metrics.dense).map(([name, before]) => {
			const after = metrics.pruned[name]!
			return [name, score(before), score(after), before === null || after === null ? "" : signed(after - before)]
		}),
		[`MACs at ${macs.length} tokens`, short(macs.dense), short(macs.pruned), percent(macs.share)],
		["parameters", short(parameters.dense), short(parameters.pruned), percent(parameters.pruned / parameters.dense)],
		["weight files", short(model.bytes, "B"), short(weights, "B"), percent(weights / model.bytes)],
		[
			`forward, ${count(forward.samples)} samples`,
			duration(dense),
			duration(pruned),
			`${forward.speedup.toFixed(2)} x faster`,
		],
	])
}

function widths({ model, architecture }: PruneResult): string {
	const kept = (after: readonly number[], before: readonly number[]) =>
		after.map((width, layer) => `${width}/${before[layer]}`)
	return aligned([
		["layer", ...architecture.heads.map((_, layer) => String(layer))],
		["heads", ...kept(architecture.heads, model.heads)],
		["neurons", ...kept(architecture.neurons, model.neurons)],
	])
}

/** Sublayers that repair left as they were are listed with the reason. */
function repairs({ repairs }: PruneResult): string {
	const kept = repairs.filter(({ outcome }) => outcome === "kept")
	const lines = kept.map(({ kind, layer, explanation }) => `  ${kind} of layer ${layer} is as it was: ${explanation}\n`)
	return `repaired: ${repairs.length - kept.length} of ${repairs.length} sublayers\n${lines.join("")}`
}

function stages({ stages }: PruneResult): string {
	const total = stages.reduce((sum, { seconds }) => sum + seconds, 0)
	const peak = Math.max(...stages.map(({ peakMiB }) => peakMiB))
	const row = (name: string, seconds: number, peakMiB: number) => [name, seconds.toFixed(2), count(Math.round(peakMiB))]
	return aligned([
		["stage", "seconds", "peak MiB"],
		...stages.map(({ name, seconds, peakMiB }) => row(name, seconds, peakMiB)),
		row("all", total, peak),
	])
}

function signed(difference: number): string {
	return `${difference < 0 ? "-" : "+"}${Math.abs(difference).toFixed(4)}`
}
