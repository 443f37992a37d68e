import type { SpeedRow } from "../src/speed/speed-row.ts"

/** Twice as fast in int8, and as much faster as there is less to compute; larger batches and fewer threads take longer. */
export function speedRow({ batch, threads }: Pick<SpeedRow, "batch" | "threads">): SpeedRow {
	const dense = (40 * batch) / threads
	const forms = [1, 0.5, 0.3].flatMap((macs) =>
		(["fp32", "int8"] as const).map((precision) => {
			const ratio = precision === "fp32" ? macs : macs / 2
			const isFirst = macs === 1 && precision === "fp32"
			const ms = dense * ratio
			const times = { ms, p10: 0.9 * ms, p90: 1.25 * ms, ratio, error: isFirst ? 0 : 0.01 }
			const bytes = Math.round(1e7 * (4 + 4 * macs) * (precision === "fp32" ? 1 : 0.25))
			return { macs, share: macs === 1 ? 1 : macs - 0.001, precision, bytes, ...times }
		}),
	)
	return {
		schema: "winnow-speed/1",
		model: "minilm-sst2",
		task: "sst2",
		samples: 2048,
		seed: 0,
		batch,
		length: 128,
		threads,
		rounds: 31,
		forms,
		runtime: "a runtime 1.0",
		machine: { cpu: "a processor", cores: 2, memoryGiB: 8, node: "v20.19.0", platform: "linux/x64" },
		winnow: "1.2.3",
		commit: "0123456789ab",
		date: "2026-11-24T12:00:00.000Z",
	}
}

export function speedRowsMadeUp(): readonly SpeedRow[] {
	return [1, 2].flatMap((threads) => [1, 32].map((batch) => speedRow({ batch, threads })))
}
