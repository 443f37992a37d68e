import { type } from "arktype"
import { parsedLines } from "../json-lines.ts"
import { count, machine, positive, timing } from "../timing-parts.ts"

const score = type("number")
const widths = type("(number.integer >= 0)[]")

const latencyRowSchema = type({
	schema: "'winnow-latency-against-macs/1'",
	task: "string",
	batch: count,
	length: count,
	threads: count,
	budget: positive,
	share: { latency: positive, macs: positive },
	macs: { latency: positive, macs: positive },
	guide: { latency: "number >= 0", macs: "number >= 0" },
	score: { dense: score, latency: score, macs: score },
	heads: { latency: widths, macs: widths },
	neurons: { latency: widths, macs: widths },
	runs: { dense: timing, latency: timing, macs: timing },
	trials: count,
	runtime: "string",
	machine,
	commit: "string",
})

/**
 * One budget: the model that was pruned to it (`latency`), and beside it the one that was pruned to multiply-accumulates and is as fast by
 * the same table (`macs`).
 *
 * - `batch` inputs of `length` tokens, on `threads`
 * - `budget` and `share` the latency asked for and measured, as shares of the dense model's; `macs` the share of multiply-accumulates
 * - `guide` root mean square difference of the logits from the dense model's on text nothing was fitted to
 * - `heads`, `neurons` kept, by layer
 * - `runs` milliseconds of the three models, turn by turn in one run: medians, 10 and 90 % of single runs, `ratio` to the dense model in
 *   the same round, `error` its standard error, relative
 * - `trials` how many plans were measured until one met the budget
 */
export type LatencyRow = typeof latencyRowSchema.infer

/** @throws {InvalidInputError} naming the line and what is wrong with it */
export function latencyRowsOf(text: string, file: string): readonly LatencyRow[] {
	return parsedLines(latencyRowSchema, text, file)
}
