import type { Command } from "commander"
import { checkPruning } from "../check-pruning.ts"
import { presetNames } from "../presets/preset-names.ts"
import { prune } from "../prune.ts"
import { readRecipe } from "../request/read-recipe.ts"
import { resolveRecipe } from "../request/resolve-recipe.ts"
import { runtimeNames } from "../request/runtime-names.ts"
import type { PruneResult } from "../result/prune-result.ts"
import { readableJson } from "../result/readable-json.ts"
import { exitCodes } from "./exit-codes.ts"
import { numeric } from "./numeric.ts"
import { progressPrinter } from "./progress-printer.ts"
import { pruneReport } from "./prune-report.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags {
	readonly recipe?: string
	readonly dryRun?: true
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
}

const epilogue = `
Every flag that describes the run is a field of a recipe file, too (--strict-reference is strictReference); flags win.

Examples:
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.5 --out out/sst2
  $ winnow prune models/minilm-sst2 --recipe half.json --out out/half --dry-run
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.3 --out out/small \\
      --curves out/sst2/curves.json`

export function addPruneCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	program
		.command("prune")
		.description("prune a model under a budget, and write the slim one")
		.argument("[model]", "folder of the model: config.json, safetensors, tokenizer")
		.option("--task <name>", "what the model is for: sst2, stsb, cola, ...")
		.option("--data <folder>", "the task's files: train.tsv, dev.tsv")
		.option("--macs <share>", "multiply-accumulates to keep, above 0 and at most 1", numeric)
		.option("--out <folder>", "where the slim model goes: new, empty or an earlier result")
		.option("--preset <name>", `the method: ${presetNames.join(", ")} (default: kwon2022)`)
		.option("--samples <count>", "training rows to calibrate on (default: 2048)", numeric)
		.option("--seed <number>", "of the draw of these rows (default: 0)", numeric)
		.option("--sample-indices <file>", "the rows themselves: a JSON array, or an object with sample_indices")
		.option("--rearrange <passes>", "once, converge or none (default: once)")
		.option("--strict-reference", "repeat the paper's code with its quirks, for comparison")
		.option("--curves <file>", "search the curves.json of an earlier run again")
		.option("--keep-gradients", "write what --curves needs to rearrange without computing it again (large)")
		.option("--runtime <name>", `what runs the model: ${runtimeNames.join(" or ")} (default: the first that loads)`)
		.option("--threads <count>", "of the runtime (default: all processors)", numeric)
		.option("--recipe <file>", "a JSON file with any of the above")
		.option("--dry-run", "check everything and print the resolved recipe; run no model")
		.option("--json", "print winnow.json instead of the table")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string | undefined, flags: Flags) => onDone(await runPrune(model, flags, terminal)))
}

async function runPrune(model: string | undefined, flags: Flags, terminal: Terminal): Promise<number> {
	const { recipe: path, dryRun, json, quiet, verbose: _, ...fields } = flags
	const recipe = await asUsage(async () => {
		const given = {
			...(path === undefined ? {} : await readRecipe(path)),
			...(model === undefined ? {} : { model }),
			...fields,
		}
		return resolveRecipe(given)
	})
	const printer = progressPrinter(terminal.stderr, { quiet })
	if (dryRun) {
		terminal.stdout.write(readableJson(await checkPruning(recipe, printer)))
		return exitCodes.done
	}
	const result = await prune(recipe, { ...printer, signal: terminal.signal }).finally(() => printer.end())
	terminal.stdout.write(json ? readableJson(result) : pruneReport(result, recipe.out))
	return isOverBudget(result) ? exitCodes.overBudget : exitCodes.done
}

/** Only the paper's own search exceeds budgets. */
function isOverBudget({ macs, recipe }: PruneResult): boolean {
	return macs.share > recipe.macs * (1 + 1e-9)
}
