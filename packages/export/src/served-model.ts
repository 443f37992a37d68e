import { batchesOf } from "@winnow/encoder"
import { type Data, type OnnxSession, openOnnx } from "@winnow/runtime"
import { type Encoder, InvalidInputError, type Logits, progressOf, type Run, type Sample } from "@winnow/tensor"

/** A model that is run from its ONNX file, as strangers would. */
export type ServedModel = Pick<Encoder, "logits" | "close">

/**
 * Opens an ONNX file of an encoder in onnxruntime-node.
 *
 * @throws {UnsupportedError} when onnxruntime-node has no binary for this platform
 * @throws {WinnowError} when ONNX Runtime refuses the file
 * @throws {InvalidInputError} when it has other inputs or outputs than a served encoder
 * @example
 * const model = await openServedModel("out/onnx/model_quantized.onnx", { threads: 2 })
 * const logits = await model.logits(samples)
 */
export async function openServedModel(
	path: string,
	options: { readonly threads?: number | undefined } = {},
): Promise<ServedModel> {
	const session = await openOnnx(path, options)
	try {
		const sides = sidesOf(path, session)
		return {
			logits: (samples, run) => logits(session, sides, { samples, ...run }),
			close: () => session.close(),
		}
	} catch (error) {
		await session.close()
		throw error
	}
}

const inputs = ["input_ids", "attention_mask", "token_type_ids"]
const outputs = [["logits"], ["start_logits", "end_logits"]]

/** The names of the outputs that make a sample's logits, in order. */
function sidesOf(path: string, session: OnnxSession): readonly string[] {
	const foreign = session.inputs.find((name) => !inputs.includes(name))
	if (foreign !== undefined) throw new InvalidInputError(path, "inputs", inputs.join(", "), foreign)
	const sides = outputs.find((names) => names.every((name) => session.outputs.includes(name)))
	if (sides !== undefined) return sides
	const expected = outputs.map((names) => names.join(", ")).join(" or ")
	throw new InvalidInputError(path, "outputs", expected, session.outputs.join(", "))
}

async function logits(
	session: OnnxSession,
	sides: readonly string[],
	{ samples, ...run }: { readonly samples: readonly Sample[] } & Run,
): Promise<Logits> {
	const batches = batchesOf(samples)
	const progress = progressOf("logits", samples.length, run)
	const all: Float32Array[] = new Array(samples.length)
	let done = 0
	for (const { feeds, samples: indices } of batches) {
		progress(done)
		const fed = { input_ids: feeds.ids, attention_mask: feeds.mask, token_type_ids: feeds.segments }
		const read = Object.entries(fed).filter(([name]) => session.inputs.includes(name))
		const results = await session.run(Object.fromEntries(read.map(([name, data]) => [name, widened(data)])))
		for (const [row, index] of indices.entries()) {
			all[index] = joined(
				sides.map((side) => rowOf(results[side]!, row, sides.length > 1 ? samples[index]! : undefined)),
			)
		}
		done += indices.length
	}
	progress(done)
	return all
}

function widened({ shape, data }: Data): Data {
	return { shape, data: BigInt64Array.from(data as Int32Array | Float32Array, BigInt) }
}

/** One sample's, without those of padding where there is one for every token of `sample`. */
function rowOf({ shape, data }: Data, row: number, sample: Sample | undefined): Float32Array {
	const width = shape[1]!
	const start = row * width
	return (data as Float32Array).slice(start, start + (sample?.ids.length ?? width))
}

function joined(parts: readonly Float32Array[]): Float32Array {
	return Float32Array.from(parts.flatMap((part) => [...part]))
}
