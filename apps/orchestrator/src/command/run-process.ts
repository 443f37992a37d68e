import { interruption } from "./interruption.ts"
import { main } from "./main.ts"

/** Runs the command in this process: its arguments, its streams, its signals. */
export async function runProcess(): Promise<void> {
	for (const stream of [process.stdout, process.stderr]) stream.on("error", ignoreClosedPipe)
	process.exitCode = await main(process.argv.slice(2), {
		stdout: process.stdout,
		stderr: process.stderr,
		signal: interruption(process),
	})
}

/** Whoever read the output has gone (`winnow inspect MODEL | head -1`): nothing is wrong. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
	if (error.code !== "EPIPE") throw error
}
