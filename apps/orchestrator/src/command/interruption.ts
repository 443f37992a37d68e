import { exitCodes } from "./exit-codes.ts"

/** What is needed of `process`. */
interface Interruptible {
	on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown
	exit(code: number): void
}

/** Aborted by the first SIGINT or SIGTERM, so that what is half done is taken back; the second ends the process at once. */
export function interruption(process: Interruptible): AbortSignal {
	const controller = new AbortController()
	const interrupt = () => {
		if (controller.signal.aborted) process.exit(exitCodes.interrupted)
		controller.abort()
	}
	process.on("SIGINT", interrupt)
	process.on("SIGTERM", interrupt)
	return controller.signal
}
