import { type } from "arktype"
import { parsedLines } from "../json-lines.ts"
import { count, machine, positive, timing } from "../timing-parts.ts"

const speedRowSchema = type({
	schema: "'winnow-speed/1'",
	model: "string",
	task: "string",
	samples: count,
	seed: "number.integer >= 0",
	batch: count,
	length: count,
	threads: count,
	rounds: count,
	forms: type({
		macs: positive,
		share: positive,
		precision: "'fp32' | 'int8'",
		bytes: count,
		...timing,
	})
		.array()
		.atLeastLength(1),
	runtime: "string",
	machine,
	winnow: "string",
	commit: "string",
	date: "string",
})

/**
 * How fast a model's ONNX files are, dense and slim and each in several precisions, that were timed turn by turn in one run.
 *
 * - `samples` that the slim ones were calibrated on, drawn with `seed`
 * - `batch` inputs of `length` tokens each, on `threads`, in so many `rounds`
 * - `forms` the files: `macs` the budget (1 is the dense model), `share` of the multiply-accumulates that was really kept, `bytes` of the
 *   file; milliseconds, median over rounds, and 10 and 90 % of single runs; `ratio` median over rounds of the time as a multiple of the
 *   first form's in the same round, `error` its standard error, relative
 * - `commit` of the source, `date` when the run ended, in UTC
 */
export type SpeedRow = typeof speedRowSchema.infer

/** One file as it was timed. */
export type SpeedOfForm = SpeedRow["forms"][number]

/** @throws {InvalidInputError} naming the line and what is wrong with it */
export function speedRowsOf(text: string, file: string): readonly SpeedRow[] {
	return parsedLines(speedRowSchema, text, file)
}
