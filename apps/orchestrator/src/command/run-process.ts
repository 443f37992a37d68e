import { exitCodes } from "./exit-codes.ts"
import { interruption } from "./interruption.ts"
import { main } from "./main.ts"
import { resultOutput } from "./result-output.ts"
import type { Output } from "./terminal.ts"

/** Runs the command in this process: its arguments, its streams, its signals. */
export async function runProcess(): Promise<void> {
	const stderr = messages(process.stderr)
	let isLost = false
	const stdout = resultOutput(process.stdout, (line) => {
		isLost = true
		stderr.write(`${line}\n`)
		process.exitCode = exitCodes.failed
	})
	const code = await main(process.argv.slice(2), { stdout, stderr, signal: interruption(process) })
	process.exitCode = isLost ? exitCodes.failed : code
}

/** Where messages cannot be written nobody can be told: the work goes on. */
function messages(stream: NodeJS.WriteStream): Output {
	stream.on("error", () => {})
	return {
		write(text) {
			try {
				stream.write(text)
			} catch {}
		},
		isTTY: stream.isTTY,
		get columns() {
			return stream.columns
		},
	}
}
