import type { Data, Graph, Runtime } from "@winnow/runtime"
import type { Sample } from "@winnow/tensor"
import { type Batch, batchesOf } from "./batches.ts"
import type { Model } from "./slimmed.ts"
import { using } from "./using.ts"
import { embeddingGraph } from "./walk-graphs.ts"

/** One batch on its way up: where teacher and student are, `[batch, length, d]`. */
export interface Stream {
	readonly batch: Batch
	readonly heldOut: boolean
	teacher: Data
	student: Data
}

/**
 * Streams at the embedding, where teacher and student are the same.
 *
 * @param heldOut - samples at positions i with i % heldOut = 0 get batches of their own, so that sums over them need no masks
 */
export async function embeddedStreams(
	model: Model,
	samples: readonly Sample[],
	{ runtime, heldOut }: { readonly runtime: Runtime; readonly heldOut: number | undefined },
): Promise<Stream[]> {
	const isHeldOut = (index: number) => heldOut !== undefined && index % heldOut === 0
	return using(runtime, embeddingGraph(model), async (program) => {
		const streams: Stream[] = []
		for (const side of [false, true]) {
			for (const batch of batchesOf(samples.filter((_, index) => isHeldOut(index) === side))) {
				const { ids, segments } = batch.feeds
				const { stream } = await program.run({ ids, segments })
				streams.push({ batch, heldOut: side, teacher: stream!, student: stream! })
			}
		}
		return streams
	})
}

/** Those of streams and mask that a graph reads. Where only [CLS] is left there is one row a sample, and it is a token. */
export function streamFeeds(stream: Stream, { inputs }: Graph): Record<string, Data> {
	const { teacher, student, batch } = stream
	const shape = student.shape.slice(0, 2)
	const mask = isCut(stream) ? { shape, data: new Float32Array(shape[0]!).fill(1) } : batch.feeds.mask
	return Object.fromEntries(Object.entries({ teacher, student, mask }).filter(([name]) => Object.hasOwn(inputs, name)))
}

/** How many rows of a stream are tokens. */
export const rowsOf = (stream: Stream) => (isCut(stream) ? stream.batch.samples.length : stream.batch.tokens)

/** Whether only [CLS] is left. (Of samples of one token, that is all there was.) */
const isCut = ({ student, batch }: Stream) => student.shape[1] !== batch.length
