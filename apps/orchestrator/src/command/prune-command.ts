import type { Command } from "commander"
import { checkPruning } from "../check-pruning.ts"
import { importanceNames } from "../presets/importances.ts"
import { presetNames } from "../presets/presets.ts"
import { pruneFamily } from "../prune-family.ts"
import { dtypes } from "../request/dtypes.ts"
import { mergedRecipe } from "../request/merged-recipe.ts"
import { readRecipe } from "../request/read-recipe.ts"
import type { ResolvedRecipe } from "../request/recipe.ts"
import { resolveRecipe } from "../request/resolve-recipe.ts"
import { runtimeNames } from "../request/runtime-names.ts"
import { servedPrecisions } from "../request/served-precisions.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { readableJson } from "../result/readable-json.ts"
import { exitCodes } from "./exit-codes.ts"
import { withFlagNames } from "./flag-names.ts"
import { missedBudgets } from "./missed-budgets.ts"
import { appended, numeric, numericList, numerics, words } from "./numeric.ts"
import { progressPrinter } from "./progress-printer.ts"
import { familyReport, pruneReport } from "./prune-report.ts"
import { taskFlags } from "./task-flags.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags {
	readonly recipe?: string
	readonly dryRun?: true
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
	readonly textColumn?: string[]
	readonly labels?: string
	readonly inputRepair?: boolean
	readonly timing?: boolean
}

const epilogue = `
Every flag that describes the run is a field of a recipe file, too (--strict-reference is strictReference); flags win.

Examples:
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.5 --out out/sst2
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.7,0.5,0.3 --out out/family
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --latency 0.5 --threads 1 --out out/fast
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --latency 8ms --latency-table server.json --out out/8ms
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --max-drop 1 --out out/smallest
  $ winnow prune org/my-sst2-model --task sst2 --data nyu-mll/glue --macs 0.5 --out out/from-hub
  $ winnow prune models/minilm-squad --task squad --data squad --macs 0.5 --out out/squad
  $ winnow prune models/minilm-sst2 --data reviews.tsv --text-column review --macs 0.5 --out out/unlabelled
  $ winnow prune models/minilm-sst2 --recipe half.json --out out/half --dry-run
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.3 --out out/small \\
      --curves out/sst2/curves.json`

export function addPruneCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	program
		.command("prune")
		.description("prune a model under a budget, and write the slim one")
		.argument(
			"[model]",
			"folder of the model: config.json, safetensors, tokenizer; or org/name[@revision] on the Hugging Face Hub",
		)
		.option("--task <name>", "what the model is for: see winnow tasks")
		.option(
			"--data <path>",
			"folder of the task's files (train.tsv, dev.tsv, test.tsv), or org/name on the Hub; of your own, or without a task, one file",
		)
		.option("--text-column <name>", "column of the text, of your own task or without labels; twice for pairs", appended)
		.option("--label-column <name>", "column of the label, with --task classification or regression")
		.option("--labels <names>", "of your own task where the model names none: bad,good")
		.option("--max-length <tokens>", "that texts are cut to (default: see winnow tasks)", numeric)
		.option("--macs <shares>", "multiply-accumulates to keep, above 0 and at most 1; several: 0.7,0.5", numerics)
		.option("--latency <budgets>", "instead: a share of the dense model's latency, or 12ms; several: 0.7,0.5", numerics)
		.option("--speedup <factor>", "the same, as how many times faster: 2 is --latency 0.5", numeric)
		.option("--batch <count>", "with a latency: inputs that run together (default: 1)", numeric)
		.option(
			"--length <tokens>",
			"with a latency: tokens of an input (default: 128, or all that the model takes)",
			numeric,
		)
		.option(
			"--precision <name>",
			`with a latency: of the model that is served, ${servedPrecisions.join(" or ")} (default: fp32)`,
		)
		.option("--latency-table <file>", "with a latency: the output of winnow profile, made where the model will serve")
		.option("--latency-search <how>", "with a latency: exact, or piecewise (default: the preset's)")
		.option("--max-drop <points>", "instead: the smallest model that loses at most so many points", numeric)
		.option("--few-rows", "let --max-drop judge on fewer than 200 held-out rows")
		.option("--out <folder>", "where the slim model goes: new, empty or an earlier result")
		.option("--preset <name>", `the method: ${presetNames.join(", ")} (default: ${presetNames[0]})`)
		.option("--samples <count>", "training rows to calibrate on (default: 2048, or all but those kept back)", numeric)
		.option("--seed <number>", "of the draw of these rows, and of the split of one file (default: 0)", numeric)
		.option("--sample-indices <file>", "the rows themselves: a JSON array, or an object with sample_indices")
		.option("--min-heads <count>", "heads that every attention keeps at least (default: 0)", numeric)
		.option("--protect-layers <numbers>", "layers that keep everything, from 0: 0,5", numericList)
		.option("--importance <name>", `of units: ${importanceNames.join(", ")} (default: the preset's)`)
		.option("--loss <name>", "logits, sampled or task, which needs labels (default: the preset's)")
		.option("--mu <number>", "damping of kfac (default: 0.01)", numeric)
		.option("--widths <how>", "searched, or uniform in all layers (default: searched)")
		.option("--rearrange <passes>", "with fisher: once, converge or none (default: the preset's)")
		.option("--repair <name>", "projection, scale or none (default: the preset's)")
		.option("--no-input-repair", "projection of outputs only")
		.option("--lambda <number>", "damping of projection, outputs (default: 0.01)", numeric)
		.option("--input-lambda <number>", "damping of projection, inputs (default: 0.1)", numeric)
		.option("--rounds <count>", "prune in steps, importance measured again after each (default: 1)", numeric)
		.option("--strict-reference", "with kwon2022: repeat the paper's code with its quirks, for comparison")
		.option("--curves <file>", "search the curves.json of an earlier run again")
		.option("--keep-gradients", "write what --curves needs to rearrange without computing it again (large)")
		.option("--formats <list>", "ONNX files beside the safetensors: fp32,fp16,int8 (default: all), or none", words)
		.option(
			"--dtype <name>",
			`of the weight file: ${dtypes.join(", ")} (default: auto, the source's unless rounding costs)`,
		)
		.option("--memory <MiB>", "that statistics may take at once (default: 4096)", numeric)
		.option("--no-timing", "do not compare the speed of both models")
		.option("--runtime <name>", `what runs the model: ${runtimeNames.join(" or ")} (default: the first that loads)`)
		.option("--threads <count>", "of the runtime, and where latency is measured (default: all processors)", numeric)
		.option("--recipe <file>", "a JSON file with any of the above, or the winnow.json of a result, to make it again")
		.option("--dry-run", "check everything and print the resolved recipe; run no model")
		.option("--json", "print winnow.json instead of the table")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string | undefined, flags: Flags) => onDone(await runPrune(model, flags, terminal)))
}

async function runPrune(model: string | undefined, given: Flags, terminal: Terminal): Promise<number> {
	const { recipe: path, dryRun, json, quiet, verbose: _, ...others } = given
	const flags = { ...(model === undefined ? {} : { model }), ...fieldsOf(others) }
	const written = path === undefined ? {} : await asUsage(() => readRecipe(path))
	const merged = mergedRecipe(written, flags)
	const taken = Object.keys(merged).filter((field) => !(field in flags))
	const file = path === undefined ? undefined : { path, fields: new Set(taken) }
	const recipe = await asUsage(() => resolveRecipe(merged), file)
	try {
		return await run(recipe, { dryRun, json, quiet }, terminal)
	} catch (error) {
		throw withFlagNames(error, file)
	}
}

async function run(
	recipe: ResolvedRecipe,
	{ dryRun, json, quiet }: { [Flag in "dryRun" | "json" | "quiet"]: true | undefined },
	terminal: Terminal,
): Promise<number> {
	const printer = progressPrinter(terminal.stderr, { quiet })
	if (dryRun) {
		terminal.stdout.write(readableJson(await checkPruning(recipe, printer)))
		return exitCodes.done
	}
	const results = await pruneFamily(recipe, { ...printer, signal: terminal.signal }).finally(() => printer.end())
	const isFamily = Array.isArray(recipe.macs) || Array.isArray(recipe.latency)
	if (json) terminal.stdout.write(readableJson(isFamily ? results : results[0]!))
	else terminal.stdout.write(isFamily ? familyReport(results, recipe.out) : pruneReport(results[0]!, recipe.out))
	const missed = missedBudgets(results)
	for (const line of missed) terminal.stderr.write(`${line}\n`)
	if (results.some(isWhole)) terminal.stderr.write("note: no smaller model keeps the drop: nothing is removed\n")
	return missed.length > 0 ? exitCodes.overBudget : exitCodes.done
}

/** Whether a largest drop left nothing to remove. */
const isWhole = ({ recipe }: PruneResult) => recipe.maxDrop !== undefined && recipe.macs === 1

/** Commander names a negated flag by what it negates, and gives it a value when it was not typed. */
function fieldsOf({ textColumn, labels, inputRepair, timing, ...fields }: Flags): object {
	return {
		...fields,
		...taskFlags({ textColumn, labels }),
		...(inputRepair === false ? { inputRepair } : {}),
		...(timing === false ? { timing } : {}),
	}
}
