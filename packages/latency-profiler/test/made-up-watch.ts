import type { Stopwatch, Sublayer } from "@winnow/tensor"

/** Milliseconds of one sublayer with so many units. */
export type MadeUpCost = (sublayer: Sublayer, kept: number) => number

export interface MadeUpClock {
	/** What every model takes, whatever its widths. */
	readonly fixed?: number
	/** Factor on the n-th run of the clock. */
	readonly slowness?: (run: number) => number
	readonly onPrepare?: (kept: readonly number[]) => void
}

/** A stopwatch that knows what everything costs, and how many models it has ready. */
export function madeUpWatch(
	sublayers: readonly Sublayer[],
	cost: MadeUpCost,
	{ fixed = 2, slowness = () => 1, onPrepare }: MadeUpClock = {},
): Stopwatch & { readonly ready: number; readonly runs: number } {
	let [ready, runs] = [0, 0]
	return {
		clock: "made up",
		runtime: "none",
		get ready() {
			return ready
		},
		get runs() {
			return runs
		},
		async prepare(kept) {
			onPrepare?.(kept)
			ready++
			const ms = kept.reduce((sum, units, index) => sum + cost(sublayers[index]!, units), fixed)
			return {
				time: async (count) => Float64Array.from({ length: count }, () => ms * slowness(runs++)),
				release: async () => {
					ready--
				},
			}
		},
	}
}

export function sublayersOf(heads: readonly number[], neurons: readonly number[]): readonly Sublayer[] {
	return heads.flatMap((units, layer) => {
		const reads = layer === heads.length - 1 ? "first" : "tokens"
		return [
			{ kind: "attention", layer, units, channels: 4, reads } as const,
			{ kind: "ffn", layer, units: neurons[layer]!, channels: 1, reads } as const,
		]
	})
}

/** An overhead where there is anything, and a price per unit; less in a layer that is read at one token. */
export const straightCost: MadeUpCost = ({ kind, reads }, kept) => {
	if (kept === 0) return 0
	const price = kind === "attention" ? 0.5 : 0.01
	return (0.3 + price * kept) * (reads === "first" ? 0.25 : 1)
}
