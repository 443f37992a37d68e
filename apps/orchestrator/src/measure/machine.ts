import { availableParallelism, cpus, totalmem } from "node:os"

/** What timings depend on, and nothing that tells whose machine it is. */
export interface Machine {
	readonly cpu: string
	readonly cores: number
	readonly memoryGiB: number
	readonly node: string
	readonly platform: string
}

export function thisMachine(): Machine {
	return {
		cpu: cpus()[0]?.model.trim() ?? "unknown",
		cores: availableParallelism(),
		memoryGiB: Math.round(totalmem() / 2 ** 30),
		node: process.version,
		platform: `${process.platform}/${process.arch}`,
	}
}
