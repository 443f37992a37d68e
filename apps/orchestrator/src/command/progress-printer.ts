import type { Progress } from "@winnow/tensor"
import { duration } from "../result/quantities.ts"
import { inFlags } from "./flag-names.ts"
import type { Output } from "./terminal.ts"

export interface ProgressPrinter {
	onProgress(progress: Progress): void
	onNote(note: string): void
	/** Prints what the last stage took. */
	end(): void
}

export interface ProgressPrinterOptions {
	readonly quiet?: boolean | undefined
	/** Milliseconds; for tests. */
	readonly now?: () => number
}

/** How often a line that is rewritten changes, and how often a log that is not gets another. */
const rewriteMs = 100
const logMs = 10_000

/**
 * Prints one line a stage, and how long it took once the next begins. On a terminal the line of the running stage is rewritten; in
 * a log, a stage that takes long says every ten seconds how far it is.
 */
export function progressPrinter(
	output: Output,
	{ quiet = false, now = () => performance.now() }: ProgressPrinterOptions = {},
): ProgressPrinter {
	if (quiet) return { onProgress: () => {}, onNote: () => {}, end: () => {} }
	const rewrites = output.isTTY === true
	let running: { stage: string; start: number; printed: number } | undefined

	const show = (line: string, final: boolean) => {
		if (rewrites) output.write(`\r${line.slice(0, (output.columns ?? 80) - 1)}\x1b[K${final ? "\n" : ""}`)
		else output.write(`${line}\n`)
	}
	const end = () => {
		if (running !== undefined) show(`${running.stage}: ${duration((now() - running.start) / 1000)}`, true)
		running = undefined
	}
	return {
		onProgress(progress) {
			if (running?.stage !== progress.stage) {
				end()
				running = { stage: progress.stage, start: now(), printed: rewrites ? Number.NEGATIVE_INFINITY : now() }
			}
			const isOver = progress.done === progress.total
			if (isOver || now() - running.printed < (rewrites ? rewriteMs : logMs)) return
			running.printed = now()
			show(lineOf(progress), false)
		},
		onNote(note) {
			if (rewrites) output.write("\r\x1b[K")
			output.write(`note: ${inFlags(note)}\n`)
		},
		end,
	}
}

function lineOf({ stage, done, total, secondsLeft }: Progress): string {
	if (secondsLeft === undefined) return `${stage} ...`
	return `${stage}: ${Math.floor((100 * done) / total)} %, ${duration(secondsLeft)} left`
}
