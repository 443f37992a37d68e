import type { LatencyTable } from "@winnow/latency-profiler"
import type { NotedRun } from "../noted-run.ts"

/** Uncertainty that people should know of, relative to the dense model's latency. */
const noisy = 0.02

/** Says where a measurement stayed noisy although it was repeated. */
export function noteNoise({ noise }: Pick<LatencyTable, "noise">, onNote: NotedRun["onNote"]): void {
	if (noise <= noisy) return
	const percent = (100 * noise).toFixed(1)
	onNote?.(`latency is noisy on this machine: some measurements are uncertain by ${percent} % of the dense model's`)
}
