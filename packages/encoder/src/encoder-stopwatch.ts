import type { Data, Runtime } from "@winnow/runtime"
import { InvalidInputError, type Stopwatch, tensor } from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { logitsGraph } from "./graphs.ts"
import { uniformFrom } from "./random.ts"
import { type Model, slimmed } from "./slimmed.ts"

/** How a model is fed while it is timed. */
export interface TimedInput {
	/** Inputs that run together. */
	readonly batch: number
	/** Tokens of each: none is padding. */
	readonly length: number
}

export interface StopwatchOptions extends TimedInput {
	/** What the timed models run on, such as one of the precision in which they will be served; default: the encoder's own. */
	readonly runtime?: Runtime | undefined
}

/** Rows of the word table that timed models have: a lookup costs the same in a larger one, which every one of them would hold. */
const timedVocabulary = 4096

/**
 * Times slim copies of a model, from token ids to logits, on a runtime: see {@link Stopwatch}.
 *
 * @throws {InvalidInputError} when the input is none that the model takes
 */
export function encoderStopwatch(model: Model, runtime: Runtime, { batch, length }: TimedInput): Stopwatch {
	const { positions } = model.architecture
	if (!Number.isSafeInteger(batch) || batch < 1) throw new InvalidInputError("latency", "the batch", "1 or more", batch)
	if (!Number.isSafeInteger(length) || length < 1 || length > positions) {
		throw new InvalidInputError("latency", "the length", `1 to ${positions}, the model's positions`, length)
	}
	const timed = withFewWords(model)
	const feeds = feedsOf(timed, { batch, length })
	return {
		clock: "performance.now, beside the runtime",
		runtime: runtime.name,
		async prepare(kept) {
			const { architecture, weights } = slimmed(timed, firstUnits(timed, kept))
			const program = await runtime.compile(logitsGraph(architecture, weights))
			return { time: (runs) => program.time(feeds, runs), release: () => program.release() }
		},
	}
}

function withFewWords({ architecture, weights }: Model): Model {
	const { shape, data } = weights.word
	const rows = Math.min(shape[0], timedVocabulary)
	const word = tensor("row hidden", [rows, shape[1]], data.subarray(0, rows * shape[1]))
	return { architecture: { ...architecture, vocabulary: rows }, weights: { ...weights, word } }
}

/** Which units stay is of no matter to a clock. */
function firstUnits({ architecture }: Model, kept: readonly number[]): readonly Uint32Array[] {
	const sublayers = sublayersOf(architecture)
	for (const [index, { units }] of sublayers.entries()) {
		const width = kept[index]
		if (width !== undefined && Number.isInteger(width) && width >= 0 && width <= units) continue
		throw new InvalidInputError("latency", `the width of sublayer ${index}`, `0 to ${units}`, width)
	}
	return kept.map((width) => Uint32Array.from({ length: width }, (_, unit) => unit))
}

function feedsOf({ architecture }: Model, { batch, length }: TimedInput): Record<string, Data> {
	const shape = [batch, length]
	const next = uniformFrom(1)
	const ids = Int32Array.from({ length: batch * length }, () => Math.floor(next() * architecture.vocabulary))
	const ones = new Float32Array(ids.length).fill(1)
	return {
		ids: { shape, data: ids },
		segments: { shape, data: new Int32Array(ids.length) },
		mask: { shape, data: ones },
	}
}
