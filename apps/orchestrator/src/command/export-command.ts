import type { Command } from "commander"
import { exportModel } from "../export-model.ts"
import { dtypes } from "../request/dtypes.ts"
import { resolveExport } from "../request/export-request.ts"
import { quantityOfFiles } from "../result/quantities.ts"
import { readableJson } from "../result/readable-json.ts"
import { exitCodes } from "./exit-codes.ts"
import { formsReport } from "./forms-report.ts"
import { numeric, words } from "./numeric.ts"
import { progressPrinter } from "./progress-printer.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags {
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
}

const epilogue = `
Examples:
  $ winnow export models/minilm-sst2 --out out/dense
  $ winnow export out/sst2 --formats int8 --out out/sst2-int8`

export function addExportCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	program
		.command("export")
		.description("write a model, pruned or not, as a verified folder that other software runs")
		.argument("<model>", "folder of the model, or org/name[@revision] on the Hugging Face Hub")
		.requiredOption("--out <folder>", "where it goes: new, empty or an earlier result")
		.option("--formats <list>", "ONNX files beside the safetensors: fp32,fp16,int8 (default: all), or none", words)
		.option("--dtype <name>", `of the weight file: ${dtypes.join(", ")} (default: auto, the source's)`)
		.option("--threads <count>", "of the runtime that verifies them (default: all processors)", numeric)
		.option("--json", "print winnow.json instead of the table")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string, flags: Flags) => onDone(await runExport(model, flags, terminal)))
}

async function runExport(model: string, flags: Flags, { stdout, stderr, signal }: Terminal): Promise<number> {
	const { json, quiet, verbose: _, ...fields } = flags
	const request = await asUsage(() => resolveExport({ ...fields, model } as Parameters<typeof resolveExport>[0]))
	const printer = progressPrinter(stderr, { quiet })
	const record = await exportModel(request, { ...printer, signal }).finally(() => printer.end())
	if (json) stdout.write(readableJson(record))
	else stdout.write([formsReport(record), quantityOfFiles(request.out, record.files)].join("\n"))
	return exitCodes.done
}
