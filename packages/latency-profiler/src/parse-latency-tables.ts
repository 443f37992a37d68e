import { InvalidInputError } from "@winnow/tensor"
import { type ArkError, type } from "arktype"
import { type LatencyCurve, type LatencyTable, latencyTableSchema } from "./latency-table.ts"
import { sublayerGroups } from "./sublayer-groups.ts"

/**
 * The latency tables that a JSON value holds: one, or a list of several settings.
 *
 * @param where - the file, for messages
 * @throws {InvalidInputError} when it is no table, or one with holes: every curve begins without units, ends with all, and rises in
 * between; every number is finite, zero or more
 * @example
 * const [table] = parseLatencyTables(JSON.parse(await readFile("latency.json", "utf8")), "latency.json")
 */
export function parseLatencyTables(json: unknown, where = "latency table"): readonly LatencyTable[] {
	const tables = Array.isArray(json) ? json : [json]
	if (tables.length === 0)
		throw new InvalidInputError(where, "the value", "at least one latency table", "an empty list")
	return tables.map((table) => parsed(table, where))
}

/** Whether a file's text is a list of latency tables, as `winnow profile` writes it: such a file may be measured again. */
export function isLatencyTables(text: string): boolean {
	try {
		const json: unknown = JSON.parse(text)
		return Array.isArray(json) && parseLatencyTables(json).length > 0
	} catch {
		return false
	}
}

function parsed(json: unknown, where: string): LatencyTable {
	const table = latencyTableSchema(json)
	if (table instanceof type.errors) throw refusal(table[0]!, where)
	for (const group of sublayerGroups(table.model.sublayers)) {
		const curve = table.curves.find(({ kind, reads }) => kind === group.kind && reads === group.reads)
		if (curve === undefined) throw new InvalidInputError(where, "curves", `with one of ${groupName(group)}`, "without")
		refuseHoles(curve, group.units, where)
	}
	return table
}

/** What the first error of a schema says, in one line. */
function refusal(error: ArkError, where: string): InvalidInputError {
	const was = error.code === "required" ? "missing" : JSON.stringify(error.data)?.slice(0, 60)
	return new InvalidInputError(where, error.propString || "the value", error.expected, was ?? String(error.data))
}

/** `attention (tokens)` */
function groupName({ kind, reads }: Pick<LatencyCurve, "kind" | "reads">): string {
	return `${kind} (${reads})`
}

function refuseHoles(curve: LatencyCurve, units: number, where: string): void {
	const { points } = curve
	const what = `the curve of ${groupName(curve)}`
	const [first, last] = [points[0]!, points.at(-1)!]
	if (first.kept !== 0 || first.ms !== 0) {
		throw new InvalidInputError(
			where,
			what,
			"0 ms without units",
			`${Number(first.ms.toPrecision(6))} ms with ${first.kept} of them`,
		)
	}
	if (last.kept < units) throw new InvalidInputError(where, what, `measured up to ${units} units`, `up to ${last.kept}`)
	for (const [index, { kept }] of points.entries()) {
		if (index === 0 || kept > points[index - 1]!.kept) continue
		throw new InvalidInputError(where, what, "of ascending numbers of units", `${points[index - 1]!.kept}, ${kept}`)
	}
}
