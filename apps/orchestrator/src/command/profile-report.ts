import { type LatencyCurve, type LatencyTable, settingName } from "@winnow/latency-profiler"
import { milliseconds, percent } from "../result/quantities.ts"
import { aligned } from "./aligned.ts"

/** Latency tables as text: what the whole model takes, and one sublayer of every width. */
export function profileReport(tables: readonly LatencyTable[], out: string | undefined): string {
	const where = out === undefined ? [] : [`${out}: ${tables.length} ${tables.length === 1 ? "table" : "tables"}\n`]
	return [...tables.map(tableReport), ...where].join("\n")
}

function tableReport(table: LatencyTable): string {
	const { model, setting, dense, fixed, curves, checks, noise } = table
	const errors = checks.map(({ predicted, measured }) => Math.abs(predicted / measured - 1)).sort((a, b) => a - b)
	const middle = errors[errors.length >> 1]
	return [
		`${model.name ?? "model"}, ${settingName(setting)}\n`,
		aligned([
			["whole model", milliseconds(dense.ms), `10 to 90 %: ${milliseconds(dense.p10)} to ${milliseconds(dense.p90)}`],
			["fixed part", milliseconds(fixed), percent(fixed / dense.ms)],
			["uncertain by", "", percent(noise)],
			...(middle === undefined
				? []
				: [
						[
							"predictions off by",
							"",
							`${percent(middle)}, at most ${percent(errors.at(-1)!)}, of ${errors.length} models`,
						],
					]),
		]),
		...curves.filter(({ points }) => points.length > 1).map(curveReport),
	].join("\n")
}

const unitsOf = { attention: "heads", ffn: "neurons" } as const
const placeOf = { tokens: "one layer", first: "the last layer" } as const

function curveReport({ kind, reads, points }: LatencyCurve): string {
	return aligned([
		[unitsOf[kind], ...points.map(({ kept }) => String(kept))],
		[`ms in ${placeOf[reads]}`, ...points.map(({ ms }) => ms.toFixed(3))],
	])
}
