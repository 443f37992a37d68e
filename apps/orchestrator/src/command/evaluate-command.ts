import type { Command } from "commander"
import { evaluate } from "../evaluate.ts"
import { type EvaluationRequest, resolveEvaluation } from "../request/evaluation-request.ts"
import { runtimeNames } from "../request/runtime-names.ts"
import { readableJson } from "../result/readable-json.ts"
import { evaluationReport } from "./evaluation-report.ts"
import { exitCodes } from "./exit-codes.ts"
import { numeric } from "./numeric.ts"
import { progressPrinter } from "./progress-printer.ts"
import { taskFlags, withTaskFlags } from "./task-flags.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags extends Omit<EvaluationRequest, "model" | "labels" | "textColumns"> {
	readonly textColumn?: string[]
	readonly labels?: string
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
}

const epilogue = `
Example:
  $ winnow evaluate out/sst2 --task sst2 --data glue/SST-2 --json`

export function addEvaluateCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	const command = program
		.command("evaluate")
		.description("score a model on a task")
		.argument("<model>", "folder of the model, or org/name[@revision] on the Hugging Face Hub")
		.requiredOption("--task <name>", "what the model is for: see winnow tasks")
		.requiredOption(
			"--data <path>",
			"the task's files: a folder with dev.tsv, one file of your own, or org/name on the Hub",
		)
	withTaskFlags(command)
		.option("--runtime <name>", `what runs the model: ${runtimeNames.join(" or ")} (default: the first that loads)`)
		.option("--threads <count>", "of the runtime (default: all processors)", numeric)
		.option("--json", "print one JSON object instead of a line")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string, flags: Flags) => onDone(await runEvaluate(model, flags, terminal)))
}

async function runEvaluate(model: string, flags: Flags, { stdout, stderr, signal }: Terminal): Promise<number> {
	const { json, quiet, verbose: _, textColumn, labels, ...fields } = flags
	const request = await asUsage(() => resolveEvaluation({ ...fields, ...taskFlags({ textColumn, labels }), model }))
	const printer = progressPrinter(stderr, { quiet })
	const evaluation = await evaluate(request, { ...printer, signal }).finally(() => printer.end())
	stdout.write(json ? readableJson(evaluation) : evaluationReport(evaluation))
	return exitCodes.done
}
