/** What the command needs of a stream. */
export interface Output {
	write(text: string): unknown
	readonly isTTY?: boolean
	/** Width of the terminal. */
	readonly columns?: number
}

/** Where the command writes and what stops it. */
export interface Terminal {
	/** The result, nothing else. */
	readonly stdout: Output
	/** Progress, notes, errors. */
	readonly stderr: Output
	readonly signal?: AbortSignal | undefined
}
