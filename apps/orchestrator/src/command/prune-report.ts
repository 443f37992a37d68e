import { cutWords } from "../result/cut-texts.ts"
import { splitWords } from "../result/file-split.ts"
import { guideWords } from "../result/guide-words.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { count, duration, milliseconds, percent, quantityOfFiles, score, short } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"
import { formsReport } from "./forms-report.ts"
import { repairsReport } from "./repairs-report.ts"

/** The result as tables: what it cost and gained, what is left of every layer, and what the run itself took. */
export function pruneReport(result: PruneResult, out: string): string {
	return [
		comparison(result),
		widths(result),
		repairsReport(result),
		stages(result),
		...(result.forms?.length || result.leftOut ? [formsReport(result)] : []),
		quantityOfFiles(out, result.files),
	].join("\n")
}

/** Of several results one line each, and where they are. */
export function familyReport(results: readonly PruneResult[], out: string): string {
	const { model, task, metrics, guide } = results[0]!
	const main = Object.keys(metrics.dense)[0]
	const flips = guide.flipped === null ? [] : ["flipped"]
	const byLatency = results[0]!.latency === undefined ? [] : ["latency"]
	const times = results[0]!.forward === undefined ? [] : ["forward"]
	const intervals = results.some(({ change }) => intervalOf(change) !== "") ? ["change (95 %)"] : []
	const scores = [...(main ? [main] : []), ...intervals, "logits differ"]
	return [
		aligned([
			[`${model.source} on ${task ?? "texts"}`, ...byLatency, "MACs", ...scores, ...flips, ...times, "weight file"],
			[
				"dense",
				...byLatency.map(() => milliseconds(results[0]!.latency!.dense)),
				"100.0 %",
				...(main ? [score(metrics.dense[main]!)] : []),
				...["logits differ", ...intervals, ...flips, ...times].map(() => ""),
				short(model.bytes, "B"),
			],
			...results.map((result) => [
				budgetName(result),
				...byLatency.map(() => milliseconds(result.latency!.pruned)),
				percent(result.macs.share),
				...(main ? [score(result.metrics.pruned[main]!)] : []),
				...intervals.map(() => intervalOf(result.change)),
				result.guide.measured?.toFixed(3) ?? "not measured",
				...flips.map(() => percent(result.guide.flipped!)),
				...(result.forward ? [`${result.forward.speedup.toFixed(2)} x faster`] : []),
				short(result.files["model.safetensors"]!, "B"),
			]),
		]),
		...dataRows(results[0]!).map(([words]) => `${words}\n`),
		`${out}: ${results.map(budgetName).join(", ")}\n`,
	].join("\n")
}

function budgetName({ recipe }: PruneResult): string {
	return String(recipe.latency ?? recipe.macs)
}

function comparison(result: PruneResult): string {
	const { model, task, metrics, change, guide, macs, latency, parameters, files, forward } = result
	const weights = files["model.safetensors"]!
	return aligned([
		[`${model.source} on ${task ?? "texts"}`, "dense", "pruned", ""],
		...Object.entries(metrics.dense).flatMap(([name, before], index) => {
			const after = metrics.pruned[name]!
			const row = scoreRow(name, before, after)
			const interval = index === 0 && change.low !== null && change.high !== null
			return interval ? [row, ["  95 % interval of the change", "", "", intervalOf(change)]] : [row]
		}),
		...heldOutRows(result),
		guideRow(guide),
		...(guide.flipped === null ? [] : [["predictions flipped", "", percent(guide.flipped), ""]]),
		[`MACs at ${Number(macs.length.toFixed(2))} tokens`, short(macs.dense), short(macs.pruned), percent(macs.share)],
		...(latency ? latencyRows(latency) : []),
		["parameters", short(parameters.dense), short(parameters.pruned), percent(parameters.pruned / parameters.dense)],
		["weight files", short(model.bytes, "B"), short(weights, "B"), percent(weights / model.bytes)],
		...roundingRows(result),
		...(forward ? [speedRow(forward)] : []),
		...dataRows(result),
	])
}

function scoreRow(name: string, before: number | null, after: number | null): string[] {
	return [name, score(before), score(after), before === null || after === null ? "" : signed(after - before)]
}

/** `-0.0310 to -0.0050`; empty where it is not known. */
function intervalOf({ low, high }: PruneResult["change"]): string {
	return low === null || high === null ? "" : `${signed(low)} to ${signed(high)}`
}

/** What `maxDrop` went by. */
function heldOutRows({ metrics, recipe, maxDrop }: PruneResult): string[][] {
	if (maxDrop === undefined) return []
	const [main] = Object.keys(metrics.dense)
	const { dense, samples, trials } = maxDrop
	// The whole model is taken untried.
	const pruned = recipe.macs === 1 ? dense : (trials.find(({ share }) => share === recipe.macs)?.score ?? null)
	return [scoreRow(`${main}, ${count(samples)} held-out training rows`, dense, pruned)]
}

/** What half precision cost, or would have. */
function roundingRows({ weights }: PruneResult): string[][] {
	if (weights?.rounding === undefined) return []
	const { dtype, before, after, floor, refused } = weights.rounding
	const name = refused === undefined ? `  rounded to ${dtype}` : `  not rounded to ${dtype}`
	if (before === null || after === null)
		return [[name, "", "", refused === undefined ? "not measured" : "beyond its range"]]
	// Of next to nothing, a rise is any number of percent.
	const change = before > (floor ?? 0) ? `${signed(100 * (after / before - 1), 1)} %` : ""
	return [[`${name}: logits differ by`, "", after.toFixed(3), change]]
}

/** What was done to the data: how one file was split, and how many texts were cut. */
function dataRows({ fileSplit, cut }: Pick<PruneResult, "fileSplit" | "cut">): string[][] {
	return [fileSplit && splitWords(fileSplit), cutWords(cut)].flatMap((words) => (words ? [[words, "", "", ""]] : []))
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

function stages({ stages }: PruneResult): string {
	const total = stages.reduce((sum, { seconds }) => sum + seconds, 0)
	const peak = Math.max(...stages.map(({ peakMiB }) => peakMiB))
	const row = (name: string, seconds: number, peakMiB: number) => [name, seconds.toFixed(2), count(Math.round(peakMiB))]
	// A search for the smallest model runs some of them time and again.
	const names = [...new Set(stages.map(({ name }) => name))]
	const summed = names.map((name) => {
		const runs = stages.filter((stage) => stage.name === name)
		const seconds = runs.reduce((sum, run) => sum + run.seconds, 0)
		const title = runs.length === 1 ? name : `${name}, ${runs.length} times`
		return row(title, seconds, Math.max(...runs.map(({ peakMiB }) => peakMiB)))
	})
	return aligned([["stage", "seconds", "peak MiB"], ...summed, row("all", total, peak)])
}

function signed(difference: number, digits = 4): string {
	return `${difference < 0 ? "-" : "+"}${Math.abs(difference).toFixed(digits)}`
}
