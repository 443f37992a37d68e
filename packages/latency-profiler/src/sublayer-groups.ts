import type { Sublayer } from "@winnow/tensor"
import type { LatencyCurve } from "./latency-table.ts"

/** Sublayers that have one latency curve: those of one kind of which the same rows are read. */
export interface SublayerGroup extends Pick<LatencyCurve, "kind" | "reads"> {
	/** Which, in model order. */
	readonly members: readonly number[]
	/** The most units that one of them has. */
	readonly units: number
}

export function sublayerGroups(sublayers: readonly Sublayer[]): readonly SublayerGroup[] {
	const names = [
		{ kind: "attention", reads: "tokens" },
		{ kind: "ffn", reads: "tokens" },
		{ kind: "attention", reads: "first" },
		{ kind: "ffn", reads: "first" },
	] as const
	return names.flatMap(({ kind, reads }) => {
		const members = [...sublayers.keys()].filter((index) => {
			const each = sublayers[index]!
			return each.kind === kind && each.reads === reads
		})
		if (members.length === 0) return []
		return [{ kind, reads, members, units: Math.max(...members.map((index) => sublayers[index]!.units)) }]
	})
}

/** Members that have at least so many units, so that their curve can be read there. */
export function membersWith(group: SublayerGroup, units: number, sublayers: readonly Sublayer[]): readonly number[] {
	return group.members.filter((index) => sublayers[index]!.units >= units)
}
