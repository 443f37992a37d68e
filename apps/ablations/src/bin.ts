import { main } from "./main.ts"

const controller = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) {
	process.on(signal, () => {
		// The first ends the run in progress within a batch, the second the process at once.
		if (controller.signal.aborted) process.exit(130)
		controller.abort()
	})
}

process.exitCode = await main(process.argv.slice(2), {
	stdout: (text) => process.stdout.write(text),
	stderr: (text) => process.stderr.write(text),
	signal: controller.signal,
})
