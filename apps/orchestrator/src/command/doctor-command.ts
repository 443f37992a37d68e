import type { Command } from "commander"
import { doctor } from "../doctor.ts"
import { readableJson } from "../result/readable-json.ts"
import { diagnosisReport } from "./diagnosis-report.ts"
import { exitCodes } from "./exit-codes.ts"
import type { Terminal } from "./terminal.ts"

interface Flags {
	readonly json?: true
}

export function addDoctorCommand(program: Command, { stdout }: Terminal, onDone: (code: number) => void): void {
	program
		.command("doctor")
		.description("say what runs on this machine, what is missing, and what to do about it")
		.option("--json", "print one JSON object instead of a list")
		.option("--verbose", "with an error, where it came from")
		.action(async ({ json }: Flags) => {
			const diagnosis = await doctor()
			stdout.write(json ? readableJson(diagnosis) : diagnosisReport(diagnosis))
			onDone(diagnosis.canPrune ? exitCodes.done : exitCodes.failed)
		})
}
