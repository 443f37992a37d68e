import type { Data, Runtime } from "@winnow/runtime"
import { everyUnit, type Kept, progressOf, type RebuildOptions, type Refit, type Sample } from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { type Batch, batchesOf } from "./batches.ts"
import { MomentSums } from "./moment-sums.ts"
import { type Model, slimmed } from "./slimmed.ts"
import { using } from "./using.ts"
import { embeddingGraph, momentsGraph, type Step, stepGraph } from "./walk-graphs.ts"
import type { LayerWeights } from "./weights.ts"

/** One batch on its way up: where teacher and student are. */
interface Stream {
	readonly batch: Batch
	teacher: Data
	student: Data
}

/**
 * Slims a model and repairs it bottom-up: at every sublayer the sums of its regression are taken over all samples, `fit` is asked for
 * new weights, and the student goes on through what it answered.
 *
 * Every sublayer is run twice on the student's stream (for the sums, then with the answer), so that no activations are kept.
 */
export async function rebuilt(
	dense: Model,
	kept: Kept,
	walk: RebuildOptions & { readonly runtime: Runtime; readonly samples: readonly Sample[] },
): Promise<Model> {
	const { runtime, samples, fit, strictReference = false, signal, onProgress } = walk
	const teacher = slimmed(dense, walk.teacher ?? everyUnit(sublayersOf(dense.architecture)))
	let student = slimmed(dense, kept)
	const steps = stepsOf(student, strictReference)
	const streams = await embedded(runtime, dense, samples)
	const progress = progressOf("repair", steps.length * streams.length, { signal, onProgress })
	const sublayers = sublayersOf(student.architecture)
	for (const [index, step] of steps.entries()) {
		// The paper's hooks see the teacher's activations before its neuron mask acts: its FFN targets are dense.
		const target = strictReference && step.kind === "ffn" ? dense : teacher
		const sums = new MomentSums(columnsOf(student, step), dense.architecture.hidden)
		await using(runtime, momentsGraph({ student, teacher, target, step }), async (program) => {
			for (const [done, stream] of streams.entries()) {
				progress(index * streams.length + done)
				const { next, ...outputs } = await program.run(feedsOf(stream, ["student", "teacher"]))
				sums.add(step.rows === "first" ? stream.batch.samples.length : stream.batch.tokens, outputs)
				stream.teacher = next!
			}
		})
		const refit = await fit({
			sublayer: sublayers[index]!,
			...outputOf(student, step),
			side: "output",
			fit: sums.moments(),
		})
		if (refit !== undefined) student = refitted(student, step, refit)
		if (index === steps.length - 1) break
		await using(runtime, stepGraph(student, step), async (program) => {
			for (const stream of streams) {
				signal?.throwIfAborted()
				const { student: x, mask } = feedsOf(stream, ["student"])
				stream.student = (await program.run({ stream: x!, mask: mask! })).next!
			}
		})
	}
	progress(steps.length * streams.length)
	return student
}

/** The last layer of a classifier is read at [CLS] only; the paper's code fits its attention on all tokens nevertheless. */
function stepsOf({ architecture }: Model, strictReference: boolean): readonly Step[] {
	return sublayersOf(architecture).map(({ kind, layer, reads }) => ({
		kind,
		layer,
		rows: strictReference && kind === "attention" ? "tokens" : reads,
	}))
}

async function embedded(runtime: Runtime, model: Model, samples: readonly Sample[]): Promise<Stream[]> {
	return using(runtime, embeddingGraph(model), async (program) => {
		const streams: Stream[] = []
		for (const batch of batchesOf(samples)) {
			const { ids, segments } = batch.feeds
			const { stream } = await program.run({ ids, segments })
			streams.push({ batch, teacher: stream!, student: stream! })
		}
		return streams
	})
}

/** Streams and the mask of their rows: behind a step that keeps [CLS] only there is one row a sample, and it is a token. */
function feedsOf(stream: Stream, keys: readonly ("teacher" | "student")[]): Record<string, Data> {
	const [samples, length] = stream.student.shape as readonly [number, number]
	const { mask } = stream.batch.feeds
	const short = length !== stream.batch.length
	return {
		...Object.fromEntries(keys.map((key) => [key, stream[key]])),
		mask: short ? { shape: [samples, length], data: new Float32Array(samples * length).fill(1) } : mask,
	}
}

const outputName = ({ kind }: Step) =>
	(kind === "attention" ? "attentionOutput" : "ffnOutput") satisfies keyof LayerWeights

const outputOf = ({ weights }: Model, step: Step) => weights.layers[step.layer]![outputName(step)]

const columnsOf = (model: Model, step: Step) => outputOf(model, step).weights.shape[0]

function refitted({ architecture, weights }: Model, step: Step, { weights: matrix, bias }: Refit): Model {
	const layer = { ...weights.layers[step.layer]!, [outputName(step)]: { weights: matrix, bias } }
	return { architecture, weights: { ...weights, layers: weights.layers.with(step.layer, layer) } }
}
