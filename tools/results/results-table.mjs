import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = new URL("../../docs/results/", import.meta.url)

/**
 * All committed results, by task, then by budget, the largest first, then by preset.
 *
 * @returns {any[]} as `collect.mjs` wrote them
 */
export function results() {
	const names = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(".json"))
	const all = names.map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")))
	const order = ["winnow", "kwon2022"]
	const rank = (/** @type {any} */ { recipe }) => order.indexOf(recipe.preset)
	return all.sort((a, b) => a.task.localeCompare(b.task) || b.recipe.macs - a.recipe.macs || rank(a) - rank(b))
}

/** The README's table: one row a run, the machine below. */
export function resultsTable(runs = results()) {
	const rows = runs.map(({ model, task, recipe, score, change, guide, macs, parameters, files, forward, metrics }) => [
		model.source,
		`${task}, ${Object.keys(metrics.dense)[0]}`,
		percent(macs.share),
		`\`${recipe.preset}\``,
		score.dense.toFixed(4),
		score.pruned.toFixed(4),
		`${signed(change.low)} to ${signed(change.high)}`,
		guide.measured.toFixed(2),
		forward ? `${forward.speedup.toFixed(2)} x` : "",
		percent(parameters.pruned / parameters.dense),
		percent(files["model.safetensors"] / model.bytes),
	])
	const head = ["model", "task, metric", "MACs kept", "preset", "dense", "pruned", "change", "logits differ by"]
	const sizes = ["speed-up", "parameters", "weight file"]
	const titles = [...head, ...sizes]
	const lines = [titles, titles.map((_, i) => (i < 2 || i === 3 ? "---" : "---:")), ...rows].map(
		(cells) => `| ${cells.join(" | ")} |`,
	)
	return `${lines.join("\n")}\n\n${machinesOf(runs)}`
}

/** @param {number} change in points */
const signed = (change) => `${change < 0 ? "-" : "+"}${Math.abs(100 * change).toFixed(1)}`

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(0)} %`

/**
 * One sentence a machine: hardware, versions and settings belong beside every number.
 *
 * @param {any[]} runs
 */
function machinesOf(runs) {
	/** @type {Map<string, Set<string>>} */
	const tasksOf = new Map()
	for (const { task, machine, runtime, recipe, forward, samples, commit } of runs) {
		const { cpu, cores, memoryGiB, node } = machine
		const setting = `${samples.count.toLocaleString("en")} samples, seed ${recipe.seed}`
		const timing = forward
			? `speed-up: one pass over ${forward.samples} dev samples, median of ${forward.repeats} interleaved repeats`
			: "speed-up not measured"
		const place = `${cpu}, ${cores} threads, ${Math.round(memoryGiB)} GiB, Node ${node}, ${runtime}`
		const sentence = `${place}; ${setting}; ${timing}${commit === undefined ? "" : `; commit ${commit}`}.`
		tasksOf.set(sentence, (tasksOf.get(sentence) ?? new Set()).add(task))
	}
	return [...tasksOf].map(([sentence, tasks]) => `${[...tasks].join(", ")}: ${sentence}`).join("\n\n")
}
