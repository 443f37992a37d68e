import { type } from "arktype"

const natural = type("number.integer >= 0").describe("a natural number")
const positive = type("number.integer >= 1").describe("a positive whole number")
// Above days nothing is meant, infinity least of all.
const milliseconds = type("0 <= number <= 1000000000").describe("a finite number of milliseconds, zero or more")

const timing = { ms: milliseconds, p10: milliseconds, p90: milliseconds } as const

const kind = type("'attention' | 'ffn'")
const reads = type("'tokens' | 'first'")

/** A table of measured latencies, as JSON. */
export const latencyTableSchema = type({
	schema: "'winnow-latency/1'",
	setting: { batch: positive, length: positive, threads: positive, precision: "'fp32' | 'fp16' | 'int8'" },
	model: {
		"name?": "string",
		hidden: positive,
		sublayers: type({ kind, layer: natural, units: natural, channels: positive, reads }).array().atLeastLength(1),
	},
	dense: timing,
	fixed: milliseconds,
	curves: type({
		kind,
		reads,
		points: type({ kept: natural, ...timing })
			.array()
			.atLeastLength(1),
	}).array(),
	checks: type({ kept: natural.array(), predicted: milliseconds, measured: milliseconds }).array(),
	noise: type("number >= 0").describe("a number, zero or more"),
	clock: "string",
	runtime: "string",
	"machine?": { "[string]": "string | number" },
	"winnow?": "string",
})

/**
 * Measured latency of a model's sublayers by how many units they keep.
 *
 * - `setting` how it was served; `model` whose shape was measured (a table fits every model of this shape)
 * - `dense` the whole model; `fixed` what no pruning removes: embeddings, pooler, head, and what a layer costs without units
 * - `curves` one for each kind of sublayer and what is read of it: milliseconds of *one* sublayer with `kept` units, from none to all;
 *   between two points latency is taken to be linear
 * - `ms` median; `p10` and `p90` of single runs around it
 * - `checks` whole models of random widths: what the table predicts, and what was measured
 * - `noise` standard error of the least certain measurement, relative to the dense model
 * - `clock`, `runtime`, `machine`, `winnow` what measured it
 */
export type LatencyTable = typeof latencyTableSchema.infer

export type LatencyCurve = LatencyTable["curves"][number]

/** A median in milliseconds, and where single runs lay. */
export type Timing = LatencyTable["dense"]
