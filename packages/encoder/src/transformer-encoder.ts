import {
	fieldsOfLabels,
	type JsonObject,
	type ModelFolder,
	madeUpLabels,
	type WeightDtype,
	writeModelFiles,
} from "@winnow/checkpoint"
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
import { type Overflow, roundedWeights, type Storage, storedDtypes } from "./rounded-weights.ts"
import { type Model, slimmed } from "./slimmed.ts"
import { statistics } from "./statistics.ts"
import { statisticsGraph } from "./statistics-graph.ts"
import { storedTensors } from "./stored-tensors.ts"
import { type TorchDtype, torchDtypeOf, torchDtypes } from "./torch-dtype.ts"

/** Where a model came from: what a slim copy of it keeps. */
interface Origin {
	readonly family: Family
	readonly head: Head
	readonly config: JsonObject
	readonly labels: readonly string[] | undefined
	readonly unread: readonly string[]
	dtypeOf(name: string): WeightDtype
}

/** A model whose weights are what a file holds, or a weight that such a file cannot hold. */
export type Rounded<Rounding> =
	| { readonly encoder: Rounding; readonly overflow?: undefined }
	| { readonly encoder?: undefined; readonly overflow: Overflow }

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
	const { architecture, weights, ...origin } = await readModel(folder)
	const dtypeOf = (name: string) => {
		const stored = folder.tensors.get(name) ?? folder.tensors.get(oldName(name))
		return (stored?.dtype ?? "F32") as WeightDtype
	}
	return new TransformerEncoder({ architecture, weights }, { ...origin, config: folder.config.raw, dtypeOf }, runtime)
}

/** As checkpoints that come from TensorFlow name the weights of a layer normalisation. */
function oldName(name: string): string {
	return name.replace(/\.weight$/, ".gamma").replace(/\.bias$/, ".beta")
}

export class TransformerEncoder implements DifferentiableEncoder, SequentialEncoder {
	readonly architecture: Architecture
	readonly sublayers: readonly Sublayer[]
	readonly hidden: number
	/** Names of the logits, in their order. */
	readonly labels: readonly string[] | undefined
	/** Tensors of its files that nothing reads and that slim copies do not have. */
	readonly unread: readonly string[]
	/** Numbers in all weight tensors. */
	readonly parameters: number
	/** The programs that are run, as data: to be counted or written to a file. Inputs and outputs by name: `graphs.ts`. */
	readonly graphs: { logits(): Graph; served(): Graph; maskGradients(): Graph; statistics(): Graph }
	readonly #weights: Model
	readonly #origin: Origin
	readonly #runtime: Runtime
	#logits: Promise<Program> | undefined
	#isClosed = false

	constructor(model: Model, origin: Origin, runtime: Runtime) {
		this.#weights = model
		this.#origin = origin
		this.#runtime = runtime
		this.architecture = model.architecture
		this.sublayers = sublayersOf(model.architecture)
		this.hidden = model.architecture.hidden
		this.labels = origin.labels
		this.unread = origin.unread
		this.parameters = parametersOf(model.weights)
		this.graphs = {
			logits: () => logitsGraph(this.architecture, this.#model.weights),
			served: () => servedGraph(this.architecture, this.#model.weights),
			maskGradients: () => maskGradientsGraph(this.architecture, this.#model.weights, { loss: "task" }),
			statistics: () => statisticsGraph(this.#model, { loss: "logits", sublayers: [...this.sublayers.keys()] }),
		}
	}

	/** What every method reads: a closed encoder has none left. */
	get #model(): Model {
		if (this.#isClosed) throw new InvalidInputError("encoder", "the encoder", "open", "closed")
		return this.#weights
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
			for (const [row, sample] of batch.samples.entries()) {
				logits[sample] = finite(logitsOf(outputs.logits!, row, samples[sample]!), sample)
			}
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
	 * The model with its weights rounded to a dtype, which its file is in: what is computed with it is what loaders of the file compute.
	 *
	 * @param dtype - `source`: every tensor to the dtype that it came in
	 * @returns the encoder itself where nothing changes; the first weight that is beyond the dtype's range, instead of an encoder
	 */
	rounded(dtype: TorchDtype | "source"): Rounded<this> {
		const { dtypeOf } = this.#origin
		const own = dtype === "source" ? dtypeOf : () => torchDtypes[dtype]
		const { weights } = this.#model
		const rounded = roundedWeights(weights, { ...this.#storage, dtypeOf: own })
		if (rounded.overflow !== undefined) return { overflow: rounded.overflow }
		if (dtype === "source" && rounded.weights === weights) return { encoder: this }
		const model = { architecture: this.architecture, weights: rounded.weights }
		return { encoder: new TransformerEncoder(model, { ...this.#origin, dtypeOf: own }, this.#runtime) as this }
	}

	/** Whether both compute with the same weights: what `rounded` gives may differ from this encoder in the dtype of its file only. */
	isSameAs(other: TransformerEncoder): boolean {
		return this.#model.weights === other.#model.weights
	}

	/** The dtype that config.json says of its file: the narrowest that holds every tensor as it is. */
	get dtype(): TorchDtype {
		return torchDtypeOf(storedDtypes(this.#model.weights, this.#storage))
	}

	/**
	 * Writes config.json and model.safetensors into an existing folder. Nothing is rounded: a tensor is in the dtype that it came in, or
	 * that `rounded` gave it, where that holds it, else in float32.
	 *
	 * @param fields - further ones of config.json
	 */
	async save(folder: string, fields: JsonObject = {}): Promise<void> {
		const tensors = [...storedTensors(this.#model.weights, this.#storage)]
		const { torch_dtype: _, ...config } = this.#origin.config
		await writeModelFiles(folder, {
			config: {
				...config,
				...this.#labelFields,
				// Loaders cast all tensors to this one; the narrower of two would round what repair changed.
				dtype: torchDtypeOf(tensors.map(({ dtype }) => dtype)),
				heads_per_layer: this.architecture.heads,
				ffn_per_layer: this.architecture.neurons,
				...fields,
			},
			tensors,
		})
	}

	get #storage(): Storage {
		const { family, head, dtypeOf } = this.#origin
		return { names: family.names, head, dtypeOf }
	}

	/** Where the configuration names labels in one field only, or too few: loaders would make up others, or other numbers of them. */
	get #labelFields(): object {
		const { config, labels } = this.#origin
		const { logits, head } = this.architecture
		if (head === "span") return {}
		if (labels === undefined) return logits === (config.num_labels ?? 2) ? {} : madeUpLabels(logits)
		const fields = fieldsOfLabels(labels)
		const { id2label, label2id } = config
		const isSaid = isSameMap(id2label, fields.id2label) && (label2id == null || isSameMap(label2id, fields.label2id))
		return isSaid ? {} : fields
	}

	/** Frees what it holds of the runtime; no method works afterwards. */
	async close(): Promise<void> {
		this.#isClosed = true
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

/** Ids may be text in a file. */
function isSameMap(given: unknown, expected: Readonly<Record<string, string | number>>): boolean {
	if (typeof given !== "object" || given === null) return false
	const entries = Object.entries(given)
	return (
		entries.length === Object.keys(expected).length &&
		entries.every(([key, value]) => expected[key] === value || String(expected[key]) === value)
	)
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

/** Weights may be finite and so large that what is computed from them is not. */
function finite(logits: Float32Array, sample: number): Float32Array {
	const bad = logits.find((logit) => !Number.isFinite(logit))
	if (bad === undefined) return logits
	throw new InvalidInputError(
		"encoder",
		`the logits of sample ${sample}`,
		"finite, as weights of this size do not make them",
		bad,
	)
}
