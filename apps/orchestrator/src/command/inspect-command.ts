import type { Command } from "commander"
import { inspect } from "../inspect.ts"
import { resolveInspection } from "../request/inspection-request.ts"
import { readableJson } from "../result/readable-json.ts"
import { exitCodes } from "./exit-codes.ts"
import { inspectionReport } from "./inspection-report.ts"
import { numeric } from "./numeric.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags {
	readonly length?: number
	readonly json?: true
}

const epilogue = `
Example:
  $ winnow inspect out/sst2 --length 25`

export function addInspectCommand(
	program: Command,
	{ stdout, stderr }: Terminal,
	onDone: (code: number) => void,
): void {
	program
		.command("inspect")
		.description("show what a model consists of: layers, units, parameters, multiply-accumulates")
		.argument("<model>", "folder of the model, or org/name[@revision] on the Hugging Face Hub")
		.option(
			"--length <tokens>",
			"of an input at which MACs are counted (default: 128, or all that the model takes)",
			numeric,
		)
		.option("--json", "print one JSON object instead of a table")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string, { length, json }: Flags) => {
			const request = await asUsage(() => resolveInspection({ model, ...(length === undefined ? {} : { length }) }))
			const inspection = await inspect(request, { onNote: (note) => stderr.write(`note: ${note}\n`) })
			stdout.write(json ? readableJson(inspection) : inspectionReport(inspection))
			onDone(exitCodes.done)
		})
}
