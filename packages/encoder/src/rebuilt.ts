import type { Data, Graph, Runtime } from "@winnow/runtime"
import {
	everyUnit,
	InvalidInputError,
	type Kept,
	type Moments,
	progressOf,
	type RebuildOptions,
	type RepairSite,
	requireRefit,
	type Sample,
} from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { InputMomentSums } from "./input-moments.ts"
import { MomentSums } from "./moment-sums.ts"
import { pipelined } from "./pipelined.ts"
import { projectionAt, withProjection } from "./projections.ts"
import { type Model, slimmed } from "./slimmed.ts"
import { embeddedStreams, rowsOf, type Stream, streamFeeds } from "./streams.ts"
import { using } from "./using.ts"
import { outputMomentsGraph, type Step, stepGraph } from "./walk-graphs.ts"
import type { Linear } from "./weights.ts"

type Outputs = Record<string, Data>
type SiteMoments = Pick<RepairSite, "fit" | "heldOut">
type Addable = { add(rows: number, outputs: Outputs): void }
type Walk = RebuildOptions & { readonly runtime: Runtime; readonly samples: readonly Sample[] }

/**
 * Slims a model and repairs it bottom-up: at every site the sums of its regression are taken over all samples, `fit` is asked for new
 * weights, and the student goes on through what it answered.
 *
 * Every sublayer is run twice on the student's stream (for the sums of its output, then with the answer), so that no activations are
 * kept: besides the sums of one site, memory holds the two streams. The input of a sublayer needs products of the streams alone, which
 * are taken while the student goes on to it.
 *
 * @throws {ShapeError | InvalidInputError} when `fit` answers with a map of another size, or with numbers that are not finite
 */
export async function rebuilt(dense: Model, kept: Kept, walk: Walk): Promise<Model> {
	const { runtime, samples, fit, inputs = false, heldOut, strictReference = false } = walk
	refuseHeldOut(heldOut)
	const teacher = slimmed(dense, walk.teacher ?? everyUnit(sublayersOf(dense.architecture)))
	let student = slimmed(dense, kept)
	const { hidden } = dense.architecture
	const sublayers = sublayersOf(student.architecture)
	// At the embedding teacher and student are the same.
	const hasInputSite = (index: number) => inputs && index > 0 && sublayers[index]!.units > 0
	const streams = await embeddedStreams(dense, samples, { runtime, heldOut })
	const visit = visitor(streams, { ...walk, passes: 2 * sublayers.length - 1 })
	let inputSums: Sums<InputMomentSums> | undefined

	for (const [index, step] of stepsOf(student, strictReference).entries()) {
		const repair = async (side: RepairSite["side"], momentsFor: (own: Linear) => Promise<SiteMoments>) => {
			const place = { ...step, side }
			const own = projectionAt(student, place)
			const site = { sublayer: sublayers[index]!, side, ...own, ...(await momentsFor(own)) }
			const refit = await fit(site)
			if (refit === undefined) return
			requireRefit(refit, site, "rebuild")
			student = withProjection(student, place, refit)
		}
		const ahead = inputSums
		if (ahead) await repair("input", (own) => ahead.moments((some) => some.moments(own, runtime.gemm64)))
		// The paper's hooks see the teacher's activations before its neuron mask acts: its FFN targets are dense.
		const target = strictReference && step.kind === "ffn" ? dense : teacher
		const { units, channels } = sublayers[index]!
		const sums = withHeldOut(heldOut, () => new MomentSums(units * channels, hidden))
		await visit(outputMomentsGraph({ student, teacher, target, step }), (stream, { next, ...outputs }) => {
			sums.add(stream, step.rows === "first" ? stream.batch.samples.length : rowsOf(stream), outputs)
			stream.teacher = next!
		})
		await repair("output", () => sums.moments((some) => some.moments()))
		if (index === sublayers.length - 1) break
		const sumsAhead = hasInputSite(index + 1) ? withHeldOut(heldOut, () => new InputMomentSums(hidden)) : undefined
		await visit(stepGraph(student, step, { moments: sumsAhead !== undefined }), (stream, { next, ...outputs }) => {
			stream.student = next!
			sumsAhead?.add(stream, rowsOf(stream), outputs)
		})
		inputSums = sumsAhead
	}
	return student
}

function refuseHeldOut(heldOut: number | undefined): void {
	if (heldOut === undefined || (Number.isInteger(heldOut) && heldOut > 1)) return
	throw new InvalidInputError("rebuild", "heldOut", "an integer above 1", heldOut)
}

/** The last layer of a classifier is read at [CLS] only; the paper's code fits its attention on all tokens nevertheless. */
function stepsOf({ architecture }: Model, strictReference: boolean): readonly Step[] {
	return sublayersOf(architecture).map(({ kind, layer, reads }) => ({
		kind,
		layer,
		rows: strictReference && kind === "attention" ? "tokens" : reads,
	}))
}

/** Runs graphs over all streams, one after the other, and reports the progress of all `passes` together. */
function visitor(streams: readonly Stream[], { runtime, passes, ...run }: Walk & { readonly passes: number }) {
	const progress = progressOf("repair", passes * streams.length, run)
	let done = 0
	return async (graph: Graph, work: (stream: Stream, outputs: Outputs) => void) =>
		using(runtime, graph, async (program) => {
			const start = async (stream: Stream) => {
				progress(done++)
				return program.run(streamFeeds(stream, graph))
			}
			await pipelined(streams, start, work)
			if (done === passes * streams.length) progress(done)
		})
}

type Sums<Some> = ReturnType<typeof withHeldOut<Some & Addable>>

/** Sums over all rows, and over those of held-out samples once more where there are any. */
function withHeldOut<Some extends Addable>(heldOut: number | undefined, make: () => Some) {
	const all = make()
	const some = heldOut === undefined ? undefined : make()
	return {
		add(stream: Stream, rows: number, outputs: Outputs) {
			all.add(rows, outputs)
			if (stream.heldOut) some?.add(rows, outputs)
		},
		async moments(of: (sums: Some) => Moments | Promise<Moments>): Promise<SiteMoments> {
			return { fit: await of(all), ...(some === undefined ? {} : { heldOut: await of(some) }) }
		},
	}
}
