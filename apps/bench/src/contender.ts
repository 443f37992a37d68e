/** One way to compute the mask gradients of the sample. */
export interface Contender {
	readonly name: string
	run(): Promise<Run>
	close(): Promise<void>
}

export interface Run {
	readonly seconds: number
	/** Euclidean norm of all gradients, by which contenders are seen to compute the same. */
	readonly norm: number
}
