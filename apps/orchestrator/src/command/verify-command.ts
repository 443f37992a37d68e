import type { Command } from "commander"
import { resolveVerification, type VerificationRequest } from "../request/verification-request.ts"
import { readableJson } from "../result/readable-json.ts"
import { verify } from "../verify.ts"
import { exitCodes } from "./exit-codes.ts"
import { numeric } from "./numeric.ts"
import { progressPrinter } from "./progress-printer.ts"
import { taskFlags, withTaskFlags } from "./task-flags.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"
import { verificationReport } from "./verification-report.ts"

interface Flags extends Omit<VerificationRequest, "folder" | "labels" | "textColumns"> {
	readonly textColumn?: string[]
	readonly labels?: string
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
}

const epilogue = `
Examples:
  $ winnow verify out/sst2
  $ winnow verify out/sst2 --task sst2 --data glue/SST-2`

export function addVerifyCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	const command = program
		.command("verify")
		.description("check that a folder is as winnow wrote it, and that every form of its model computes the same")
		.argument("<folder>", "what prune or export wrote")
		.option("--task <name>", "also score every form: see winnow tasks")
		.option(
			"--data <path>",
			"with a task, its files: a folder with dev.tsv, one file of your own, or org/name on the Hub",
		)
	withTaskFlags(command)
		.option("--threads <count>", "of the runtime (default: all processors)", numeric)
		.option("--json", "print one JSON object instead of a table")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (folder: string, flags: Flags) => onDone(await runVerify(folder, flags, terminal)))
}

async function runVerify(folder: string, flags: Flags, { stdout, stderr, signal }: Terminal): Promise<number> {
	const { json, quiet, verbose: _, textColumn, labels, ...fields } = flags
	const columns = taskFlags({ textColumn, labels })
	const request = await asUsage(() => resolveVerification({ ...fields, ...columns, folder }))
	const printer = progressPrinter(stderr, { quiet })
	const verification = await verify(request, { ...printer, signal }).finally(() => printer.end())
	stdout.write(json ? readableJson(verification) : verificationReport(verification, folder))
	for (const failure of verification.failures) stderr.write(`${failure}\n`)
	return verification.failures.length > 0 ? exitCodes.failed : exitCodes.done
}
