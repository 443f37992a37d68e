import { checkOutputFile, writeOutputFile } from "@winnow/checkpoint"
import { isLatencyTables } from "@winnow/latency-profiler"
import type { Command } from "commander"
import { profile } from "../profile.ts"
import { resolveProfile } from "../request/profile-request.ts"
import { runtimeNames } from "../request/runtime-names.ts"
import { servedPrecisions } from "../request/served-precisions.ts"
import { readableJson } from "../result/readable-json.ts"
import { exitCodes } from "./exit-codes.ts"
import { numerics } from "./numeric.ts"
import { profileReport } from "./profile-report.ts"
import { progressPrinter } from "./progress-printer.ts"
import type { Terminal } from "./terminal.ts"
import { asUsage } from "./usage-error.ts"

interface Flags {
	readonly out?: string
	readonly json?: true
	readonly quiet?: true
	readonly verbose?: true
}

const earlier = { name: "an earlier output of winnow profile", isOne: isLatencyTables }

const epilogue = `
Measure where the model will serve, prune anywhere:
  server$ winnow profile models/minilm-sst2 --batch 1,32 --length 128 --threads 1,2 --precision fp32,int8 --out server.json
  $ winnow prune models/minilm-sst2 --task sst2 --data glue/SST-2 --latency 0.5 --threads 1 --precision int8 \\
      --latency-table server.json --out out/fast`

export function addProfileCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	program
		.command("profile")
		.description("measure what heads and neurons cost in milliseconds, on this machine")
		.argument("<model>", "folder of the model, or org/name[@revision] on the Hugging Face Hub")
		.option("--batch <counts>", "inputs that run together (default: 1); several: 1,32", numerics)
		.option(
			"--length <tokens>",
			"tokens of an input (default: 128, or all that the model takes); several: 32,128",
			numerics,
		)
		.option("--threads <counts>", "of the runtime (default: all processors); several: 1,2", numerics)
		.option(
			"--precision <names>",
			`of the numbers: ${servedPrecisions.join(" or ")} (default: fp32); both: fp32,int8`,
			numerics,
		)
		.option("--runtime <name>", `what runs the model: ${runtimeNames.join(" or ")} (default: the first that loads)`)
		.option("--out <file>", "where the tables go, as JSON: what prune --latency-table reads")
		.option("--json", "print the tables as JSON")
		.option("--quiet", "no progress")
		.option("--verbose", "with an error, where it came from")
		.addHelpText("after", epilogue)
		.action(async (model: string, flags: Flags) => onDone(await runProfile(model, flags, terminal)))
}

async function runProfile(model: string, flags: Flags, { stdout, stderr, signal }: Terminal): Promise<number> {
	const { out, json, quiet, verbose: _, ...fields } = flags
	const request = { model, ...fields }
	await asUsage(async () => resolveProfile(request))
	if (out !== undefined) await checkOutputFile(out, { earlier })
	const printer = progressPrinter(stderr, { quiet })
	const tables = await profile(request, { ...printer, signal }).finally(() => printer.end())
	if (out !== undefined) await writeOutputFile(out, readableJson(tables), { earlier, ...printer })
	stdout.write(json ? readableJson(tables) : profileReport(tables, out))
	return exitCodes.done
}
