import { InvalidInputError } from "@winnow/tensor"
import type { Output } from "./terminal.ts"

/** What is needed of `process.stdout`. */
interface ResultStream {
	write(text: string): unknown
	on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown
}

const reasons: Readonly<Record<string, string>> = {
	EBADF: "closed",
	EIO: "closed",
	ENOSPC: "on a full disk",
	EPIPE: "closed by what reads it",
}

/**
 * Standard output for results: once it takes no more, because what reads it has ended or the disk is full, nothing throws, and one line says so.
 *
 * @param onLost - told once, with the line, now or after the write that failed
 */
export function resultOutput(stream: ResultStream, onLost: (line: string) => void): Output {
	let isLost = false
	const lose = (error: NodeJS.ErrnoException) => {
		const actual = reasons[error.code ?? ""] ?? error.code ?? error.message
		if (!isLost) onLost(new InvalidInputError("standard output", "it", "open until all is written", actual).message)
		isLost = true
	}
	stream.on("error", lose)
	return {
		write(text) {
			try {
				if (!isLost) stream.write(text)
			} catch (error) {
				// A file is written at once, and some versions of Node throw what others report.
				lose(error as NodeJS.ErrnoException)
			}
		},
	}
}
