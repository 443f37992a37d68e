import { guideWords } from "../result/guide-words.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { count, duration, milliseconds, percent, quantityOfFiles, score, short } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"
import { formsReport } from "./forms-report.ts"

/** The result as tables: what it cost and gained, what is left of every layer, and what the run itself took. */
export function pruneReport(result: PruneResult, out: string): string {
	return [
		comparison(result),
		widths(result),
		repairs(result),
		stages(result),
		...(result.forms?.length || result.leftOut ? [formsReport(result)] : []),
		quantityOfFiles(out, result.files),
	].join("\n")
}

/** Of several results one line each, and where they are. */
export function familyReport(results: readonly PruneResult[], out: string): string {
	const { model, task, metrics, guide } = results[0]!
	const main = Object.keys(metrics.dense)[0]
	const head = [`${model.source} on ${task ?? "texts"}`, "MACs", ...(main ? [main] : []), "logits differ"]
	const flips = guide.flipped === null ? [] : ["flipped"]
	const byLatency = results[0]!.latency === undefined ? [] : ["latency"]
	const times = results[0]!.forward === undefined ? [] : ["forward"]
	return [
		aligned([
			[...head.slice(0, 1), ...byLatency, ...head.slice(1), ...flips, ...times, "weight file"],
			[
				"dense",
				...byLatency.map(() => milliseconds(results[0]!.latency!.dense)),
				"100.0 %",
				...(main ? [score(metrics.dense[main]!)] : []),
				"",
				...[...flips, ...times].map(() => ""),
				short(model.bytes, "B"),
			],
			...results.map((result) => [
				budgetName(result),
				...byLatency.map(() => milliseconds(result.latency!.pruned)),
				percent(result.macs.share),
				...(main ? [score(result.metrics.pruned[main]!)] : []),
				result.guide.measured?.toFixed(3) ?? "not measured",
				...flips.map(() => percent(result.guide.flipped!)),
				...(result.forward ? [`${result.forward.speedup.toFixed(2)} x faster`] : []),
				short(result.files["model.safetensors"]!, "B"),
			]),
		]),
		`${out}: ${results.map(budgetName).join(", ")}\n`,
	].join("\n")
}

function budgetName({ recipe }: PruneResult): string {
	return String(recipe.latency ?? recipe.macs)
}

function comparison({ model, task, metrics, guide, macs, latency, parameters, files, forward }: PruneResult): string {
	const weights = files["model.safetensors"]!
	return aligned([
		[`${model.source} on ${task ?? "texts"}`, "dense", "pruned", ""],
		...Object.entries(metrics.dense).map(([name, before]) => {
			const after = metrics.pruned[name]!
			return [name, score(before), score(after), before === null || after === null ? "" : signed(after - before)]
		}),
		guideRow(guide),
		...(guide.flipped === null ? [] : [["predictions flipped", "", percent(guide.flipped), ""]]),
		[`MACs at ${Number(macs.length.toFixed(2))} tokens`, short(macs.dense), short(macs.pruned), percent(macs.share)],
		...(latency ? latencyRows(latency) : []),
		["parameters", short(parameters.dense), short(parameters.pruned), percent(parameters.pruned / parameters.dense)],
		["weight files", short(model.bytes, "B"), short(weights, "B"), percent(weights / model.bytes)],
		...(forward ? [speedRow(forward)] : []),
	])
}

function guideRow(guide: PruneResult["guide"]): string[] {
	const text = guideWords(guide)
	if (guide.measured === null || text === undefined) return ["logits differ by", "", "not measured", ""]
	const predicted = guide.predicted === null ? "" : `${guide.predicted.toFixed(3)} predicted`
	return [`logits differ by, ${text}`, "", guide.measured.toFixed(3), predicted]
}

/** What was measured, and what the table had predicted. */
function latencyRows(latency: NonNullable<PruneResult["latency"]>): string[][] {
	const { batch, length, threads, precision, dense, pruned, share, predicted, isMeasured } = latency
	const numbers = precision === "fp32" ? "" : `, ${precision}`
	const what = `${batch} x ${length} tokens, ${threads} ${threads === 1 ? "thread" : "threads"}${numbers}`
	const row = (name: string, before: number, after: number, left: number) => [
		name,
		milliseconds(before),
		milliseconds(after),
		percent(left),
	]
	const byTable = row("  predicted by the table", predicted.dense, predicted.pruned, predicted.share)
	return isMeasured
		? [row(`latency, ${what}`, dense, pruned, share), byTable]
		: [[`latency, ${what}`, "", "", "not measured here"], byTable]
}

function speedRow({ samples, seconds, speedup }: NonNullable<PruneResult["forward"]>): string[] {
	const [dense, pruned] = [duration(seconds.dense), duration(seconds.pruned)]
	return [`forward, ${count(samples)} samples`, dense, pruned, `${speedup.toFixed(2)} x faster`]
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

/** Sites that repair left as they were are listed with the reason. */
function repairs({ repairs, recipe }: PruneResult): string {
	const kept = repairs.filter(({ outcome }) => outcome === "kept")
	const sides = recipe.inputRepair ? (side: string) => ` (${side})` : () => ""
	const lines = kept.map(
		({ kind, layer, side, explanation }) => `  ${kind} of layer ${layer}${sides(side)} is as it was: ${explanation}\n`,
	)
	const sites = recipe.inputRepair ? "inputs and outputs" : "sublayers"
	return `repaired: ${repairs.length - kept.length} of ${repairs.length} ${sites}\n${lines.join("")}`
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
