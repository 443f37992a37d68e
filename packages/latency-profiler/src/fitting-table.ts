import { InvalidInputError, type Sublayer } from "@winnow/tensor"
import { type LatencySetting, settingName } from "./latency-setting.ts"
import type { LatencyTable } from "./latency-table.ts"

/** A model, as far as latency depends on it. */
export interface ModelShape {
	readonly hidden: number
	readonly sublayers: readonly Sublayer[]
}

/**
 * The table that was measured on models of this shape, served like this.
 *
 * @param where - where the tables come from, for messages
 * @throws {InvalidInputError} showing what was measured and what is asked for
 */
export function fittingTable(
	tables: readonly LatencyTable[],
	{ model, setting }: { readonly model: ModelShape; readonly setting: LatencySetting },
	where = "latency table",
): LatencyTable {
	const ofModel = tables.filter((table) => shapeName(table.model) === shapeName(model))
	if (ofModel.length === 0) {
		const measured = [...new Set(tables.map((table) => shapeName(table.model)))].join("; ")
		throw new InvalidInputError(where, "its model", shapeName(model), measured)
	}
	const table = ofModel.find((each) => settingName(each.setting) === settingName(setting))
	if (table !== undefined) return table
	const measured = ofModel.map((each) => settingName(each.setting)).join("; ")
	throw new InvalidInputError(where, "its setting", settingName(setting), measured)
}

/** `hidden 384, heads of 32: 12 12 12, neurons: 1536 1536 1536` */
function shapeName({ hidden, sublayers }: ModelShape): string {
	const [attention, ffn] = (["attention", "ffn"] as const).map((kind) => sublayers.filter((each) => each.kind === kind))
	const widths = (some: readonly Sublayer[]) => some.map(({ units }) => units).join(" ")
	const heads = `heads of ${attention![0]?.channels ?? 0}: ${widths(attention!)}`
	return `hidden ${hidden}, ${heads}, neurons: ${widths(ffn!)}`
}
