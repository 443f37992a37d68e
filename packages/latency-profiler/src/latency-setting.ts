/** How a model is served: what its latency depends on besides its shape. */
export interface LatencySetting {
	/** Inputs that run together. */
	readonly batch: number
	/** Tokens of each of them. */
	readonly length: number
	/** Threads of the runtime. */
	readonly threads: number
	/** Numbers that weights and activations are kept in. */
	readonly precision: "fp32" | "fp16" | "int8"
}

/** `batch 1, length 128, 2 threads, fp32` */
export function settingName({ batch, length, threads, precision }: LatencySetting): string {
	return `batch ${batch}, length ${length}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${precision}`
}
