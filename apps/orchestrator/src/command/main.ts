import { WinnowError } from "@winnow/tensor"
import { Command, CommanderError } from "commander"
import { winnowVersion } from "../version.ts"
import { addDoctorCommand } from "./doctor-command.ts"
import { addEvaluateCommand } from "./evaluate-command.ts"
import { exitCodes } from "./exit-codes.ts"
import { addExportCommand } from "./export-command.ts"
import { withFlagNames } from "./flag-names.ts"
import { addInspectCommand } from "./inspect-command.ts"
import { addProfileCommand } from "./profile-command.ts"
import { addPruneCommand } from "./prune-command.ts"
import { addTasksCommand } from "./tasks-command.ts"
import type { Terminal } from "./terminal.ts"
import { UsageError } from "./usage-error.ts"
import { addVerifyCommand } from "./verify-command.ts"

const epilogue = `
Examples:
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --macs 0.5 --out out/sst2
  $ winnow evaluate out/sst2 --task sst2 --data glue/SST-2
  $ winnow inspect out/sst2
  $ winnow profile models/minilm-sst2 --batch 1 --length 128
  $ winnow export models/minilm-sst2 --formats fp32,int8 --out out/dense
  $ winnow verify out/sst2 --task sst2 --data glue/SST-2
  $ winnow tasks
  $ winnow doctor

Results go to stdout, progress to stderr. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 done but over the budget or the largest drop, 130 interrupted.`

/**
 * The winnow command.
 *
 * @param args - arguments without the names of node and the script
 * @returns the exit code; never rejects
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
	let code: number = exitCodes.done
	const program = new Command("winnow")
		.description("Prunes trained transformer encoders without retraining")
		.version(winnowVersion)
		.addHelpText("after", epilogue)
		.configureOutput({ writeOut: (text) => terminal.stdout.write(text), writeErr: () => {}, outputError: () => {} })
		.exitOverride()
	const onDone = (result: number) => (code = result)
	for (const add of [
		addPruneCommand,
		addEvaluateCommand,
		addInspectCommand,
		addProfileCommand,
		addExportCommand,
		addVerifyCommand,
		addTasksCommand,
		addDoctorCommand,
	])
		add(program, terminal, onDone)
	try {
		await program.parseAsync(args, { from: "user" })
		return code
	} catch (error) {
		return reported(withFlagNames(error), terminal, args.includes("--verbose"))
	}
}

function reported(error: unknown, { stderr, signal }: Terminal, verbose: boolean): number {
	// --help and --version end this way.
	if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done
	const interrupted = signal?.aborted === true && error === signal.reason
	stderr.write(`${interrupted ? "interrupted: what was not finished is not written" : lineOf(error)}\n`)
	if (verbose && error instanceof Error && !interrupted) stderr.write(`${stackOf(error)}\n`)
	if (interrupted) return exitCodes.interrupted
	return error instanceof CommanderError || error instanceof UsageError ? exitCodes.usage : exitCodes.failed
}

function lineOf(error: unknown): string {
	const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim()
	if (error instanceof CommanderError) return `winnow: ${helpful(error, message)}`
	return WinnowError.is(error) || error instanceof UsageError ? message : `winnow: unexpected failure: ${message}`
}

function helpful({ code }: CommanderError, message: string): string {
	if (code === "commander.help")
		return "a command must be given: prune, evaluate, inspect, profile, export, verify, tasks or doctor (see winnow --help)"
	return message.replace(/^error: /, "")
}

function stackOf(error: Error): string {
	const causes = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ""
	return `${error.stack ?? error.message}${causes}`
}
