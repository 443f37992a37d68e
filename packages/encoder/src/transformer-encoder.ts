import { type JsonObject, type ModelFolder, type StoredTensor, writeModelFiles } from "@winnow/checkpoint"
import type { Data, Graph, Program, Runtime } from "@winnow/runtime"
import {
	type DifferentiableEncoder,
	InvalidInputError,
	type Kept,
	type Logits,
	type MaskGradients,
	type MaskGradientsOptions,
	progressOf,
	type RebuildOptions,
	type Run,
	type Sample,
	type SequentialEncoder,
	ShapeError,
	type StatisticsOptions,
	type Stopwatch,
	type Sublayer,
	type SublayerStatistics,
	type Tensor,
} from "@winnow/tensor"
import { type Architecture, sublayersOf } from "./architecture.ts"
import { batchesOf, tokensOf } from "./batches.ts"
import { encoderStopwatch, type StopwatchOptions } from "./encoder-stopwatch.ts"
import type { Family, Head } from "./families/family.ts"
import { logitsGraph, maskGradientsGraph, servedGraph } from "./graphs.ts"
import { maskGradients } from "./mask-gradients.ts"
import { outputWeights } from "./output-weights.ts"
import { parametersOf } from "./parameters-of.ts"
import { readModel } from "./read-model.ts"
import { rebuilt } from "./rebuilt.ts"
import { type Model, slimmed } from "./slimmed.ts"
import { statistics } from "./statistics.ts"
import { statisticsGraph } from "./statistics-graph.ts"
import { storedTensors } from "./stored-tensors.ts"

/** Where a model came from: what a slim copy of it keeps. */
interface Origin {
	readonly family: Family
	readonly head: Head
	readonly config: JsonObject
	readonly labels: readonly string[] | undefined
	dtypeOf(name: string): StoredTensor["dtype"] | undefined
}

/**
 * A BERT-class encoder of any widths with a head for classification, regression or spans (question answering), on any runtime.
 *
 * @throws {UnsupportedError} when the model is not of a family, or asks for something that its program does not compute
 * @throws {InvalidInputError} when configuration and weights do not fit
 * @example
 * const runtime = await onnxRuntime()
 * const model = await openModelFolder("models/minilm-sst2")
 * const encoder = await loadEncoder(model, { runtime })
 * const logits = await encoder.logits(samples)
 */
export async function loadEncoder(folder: ModelFolder, { runtime }: { runtime: Runtime }): Promise<TransformerEncoder> {
	const { architecture, weights, family, head, labels } = await readModel(folder)
	const dtypeOf = (name: string) => folder.tensors.get(name)?.dtype as StoredTensor["dtype"] | undefined
	return new TransformerEncoder(
		{ architecture, weights },
		{ family, head, config: folder.config.raw, labels, dtypeOf },
		runtime,
	)
}

export class TransformerEncoder implements DifferentiableEncoder, SequentialEncoder {
	readonly architecture: Architecture
	readonly sublayers: readonly Sublayer[]
	readonly hidden: number
	/** Names of the logits, in their order. */
	readonly labels: readonly string[] | undefined
	/** Numbers in all weight tensors. */
	readonly parameters: number
	/** The programs that are run, as data: to be counted or written to a file. Inputs and outputs by name: `graphs.ts`. */
	readonly graphs: { logits(): Graph; served(): Graph; maskGradients(): Graph; statistics(): Graph }
	readonly #model: Model
	readonly #origin: Origin
	readonly #runtime: Runtime
	#logits: Promise<Program> | undefined

	constructor(model: Model, origin: Origin, runtime: Runtime) {
		this.#model = model
		this.#origin = origin
		this.#runtime = runtime
		this.architecture = model.architecture
		this.sublayers = sublayersOf(model.architecture)
		this.hidden = model.architecture.hidden
		this.labels = origin.labels
		this.parameters = parametersOf(model.weights)
		this.graphs = {
			logits: () => logitsGraph(model.architecture, model.weights),
			served: () => servedGraph(model.architecture, model.weights),
			maskGradients: () => maskGradientsGraph(model.architecture, model.weights, { loss: "task" }),
			statistics: () => statisticsGraph(model, { loss: "logits", sublayers: [...this.sublayers.keys()] }),
		}
	}

	async logits(samples: readonly Sample[], run: Run = {}): Promise<Logits> {
		this.#refuseUnfit(samples)
		this.#logits ??= this.#runtime.compile(this.graphs.logits())
		const program = await this.#logits
		const batches = batchesOf(samples)
		const progress = progressOf("logits", tokensOf(batches), run)
		const logits: Float32Array[] = new Array(samples.length)
		let done = 0
		for (const batch of batches) {
			progress(done)
			const outputs = await program.run(batch.feeds)
			for (const [row, sample] of batch.samples.entries())
				logits[sample] = logitsOf(outputs.logits!, row, samples[sample]!)
			done += batch.tokens
		}
		progress(done)
		return logits
	}

	async maskGradients(samples: readonly Sample[], options: MaskGradientsOptions): Promise<MaskGradients> {
		this.#refuseUnfit(samples)
		return maskGradients(this.#model, samples, { ...options, runtime: this.#runtime })
	}

	async *statistics(samples: readonly Sample[], options: StatisticsOptions): AsyncGenerator<SublayerStatistics> {
		this.#refuseUnfit(samples)
		yield* statistics(this.#model, samples, { ...options, runtime: this.#runtime })
	}

	async rebuild(kept: Kept, samples: readonly Sample[], options: RebuildOptions): Promise<this> {
		this.#refuseUnfit(samples)
		const model = await rebuilt(this.#model, kept, { ...options, samples, runtime: this.#runtime })
		return this.#with(model)
	}

	/** W of every sublayer's output projection, rows in the order of units. */
	outputWeights(): readonly Tensor<"channel hidden">[] {
		return this.sublayers.map((sublayer) => outputWeights(this.#model, sublayer))
	}

	/** The encoder without the units that are not kept, nothing repaired. */
	slim(kept: Kept): this {
		return this.#with(slimmed(this.#model, kept))
	}

	/**
	 * Times slim copies of this encoder, whole inputs of `length` tokens, `batch` at a time, on its runtime or another.
	 *
	 * @example
	 * encoder.stopwatch({ batch: 1, length: 128, runtime: await onnxRuntime({ threads: 1, precision: "int8" }) })
	 */
	stopwatch({ runtime = this.#runtime, ...input }: StopwatchOptions): Stopwatch {
		return encoderStopwatch(this.#model, runtime, input)
	}

	/** `model_type` of its configuration: `bert`, ... */
	get modelType(): string {
		return this.#origin.family.modelType
	}

	/** The class of Transformers that has this head: `BertForSequenceClassification`. */
	get transformersClass(): string {
		return this.#origin.head.architecture
	}

	/** Whether some layer is narrower than configurations without Winnow's two fields can say. */
	get isSlim(): boolean {
		const { heads, neurons, hidden, headSize } = this.architecture
		const widest = this.#origin.config[this.#origin.family.neuronsField]
		return heads.some((count) => count !== hidden / headSize) || neurons.some((count) => count !== widest)
	}

	/**
	 * Writes config.json and model.safetensors into an existing folder; untouched tensors keep the dtype they came in.
	 *
	 * @param fields - further ones of config.json
	 */
	async save(folder: string, fields: JsonObject = {}): Promise<void> {
		const { family, head, dtypeOf } = this.#origin
		const tensors = [...storedTensors(this.#model.weights, { names: family.names, head }, dtypeOf)]
		const widened = tensors.some(({ dtype }) => dtype === "F32")
		const { torch_dtype: _, ...config } = this.#origin.config
		await writeModelFiles(folder, {
			config: {
				...config,
				// Loaders cast all tensors to this one; the narrower of two would round what repair changed.
				...(widened ? { dtype: "float32" } : {}),
				heads_per_layer: this.architecture.heads,
				ffn_per_layer: this.architecture.neurons,
				...fields,
			},
			tensors,
		})
	}

	async close(): Promise<void> {
		const program = this.#logits
		this.#logits = undefined
		await (await program)?.release()
	}

	// A rebuilt encoder is of this class: `this` says that to callers of the interface.
	#with(model: Model): this {
		return new TransformerEncoder(model, this.#origin, this.#runtime) as this
	}

	#refuseUnfit(samples: readonly Sample[]): void {
		const { positions, vocabulary, segments: kinds } = this.architecture
		for (const [index, { ids, segments }] of samples.entries()) {
			const where = `sample ${index}`
			if (ids.length === 0 || ids.length > positions) {
				throw new InvalidInputError(where, "its length", `1 to ${positions} tokens, the model's positions`, ids.length)
			}
			if (segments !== undefined && segments.length !== ids.length) {
				throw new ShapeError(where, "segments", `${ids.length} long`, segments.length)
			}
			const foreign = ids.find((id) => id >= vocabulary)
			if (foreign !== undefined) throw new InvalidInputError(where, "token ids", `below ${vocabulary}`, foreign)
			// A model without token types reads none.
			const segment = kinds === 0 ? undefined : segments?.find((kind) => kind >= kinds)
			if (segment !== undefined) throw new InvalidInputError(where, "segments", `below ${kinds}`, segment)
		}
	}
}

/** One sample's: classes, or the starts of its tokens and then their ends, without those of padding. */
function logitsOf({ shape, data }: Data, row: number, { ids }: Sample): Float32Array {
	const all = data as Float32Array
	if (shape.length === 2) return all.slice(row * shape[1]!, (row + 1) * shape[1]!)
	const length = shape[2]!
	const logits = new Float32Array(2 * ids.length)
	for (const side of [0, 1]) {
		const from = (2 * row + side) * length
		logits.set(all.subarray(from, from + ids.length), side * ids.length)
	}
	return logits
}
