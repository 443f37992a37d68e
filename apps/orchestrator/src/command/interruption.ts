import { exitCodes } from "./exit-codes.ts"

/** Ctrl-C, what ends a process from outside, and the end of the terminal or of the connection that it runs in. */
const interrupting = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** What is needed of `process`. */
interface Interruptible {
	on(signal: (typeof interrupting)[number], listener: () => void): unknown
	exit(code: number): void
}

/** Aborted by the first of these signals, so that what is half done is taken back; the second ends the process at once. */
export function interruption(process: Interruptible): AbortSignal {
	const controller = new AbortController()
	const interrupt = () => {
		if (controller.signal.aborted) process.exit(exitCodes.interrupted)
		controller.abort()
	}
	for (const signal of interrupting) process.on(signal, interrupt)
	return controller.signal
}
