import { frontMatter, type InheritedMetadata } from "./card-metadata.ts"
import { type Format, formatFiles } from "./formats.ts"

/** What a model card says of a folder. */
export interface CardFacts {
	/** What the folder's model is called. */
	readonly name: string
	/** The model it was made of; `isOnHub` where that is a name on the Hugging Face Hub. */
	readonly source: { readonly name: string; readonly isOnHub: boolean }
	/** What its own card says that holds for this one, too. */
	readonly inherited?: InheritedMetadata
	/** The class of Transformers that it is for: `BertForSequenceClassification`. */
	readonly transformersClass: string
	/** Whether Transformers needs the classes that the folder holds. */
	readonly isSlim: boolean
	/** Names of the logits, if they have any. */
	readonly labels: readonly string[] | undefined
	/** Widths of every layer. */
	readonly widths: { readonly heads: readonly number[]; readonly neurons: readonly number[] }
	/** Of the weights in safetensors. */
	readonly bytes: number
	readonly forms: readonly {
		readonly format: Format
		readonly bytes: number
		/** How far its logits were from those of the safetensors on random tokens. */
		readonly largest: number | null
		/** The main metric, where there is a task. */
		readonly score?: number | null
	}[]
	/** Names of what the ONNX files take and give. */
	readonly io: { readonly inputs: readonly string[]; readonly outputs: readonly string[] }
	/** Of Winnow. */
	readonly version: string
	/** What pruning did; absent where the model was not pruned by the run that wrote the folder. */
	readonly pruning?: Pruning
}

export interface Pruning {
	/** A paragraph: how it was pruned, and on what. */
	readonly method: string
	/** What it came to: a name, the dense model's figure, the pruned one's. */
	readonly figures: readonly (readonly [what: string, dense: string, pruned: string])[]
	/** What the pruned model scored, where there is a task. */
	readonly evaluation?: Evaluated | undefined
	/** Names of data sets on the Hugging Face Hub that it was calibrated on. */
	readonly datasets?: readonly string[]
}

/** Scores as the Hugging Face Hub shows them. */
export interface Evaluated {
	/** What it was measured on, for people: `sst2, 872 inputs of the dev split`. */
	readonly name: string
	/** What it is called: a name on the Hub, or the task's. */
	readonly type: string
	/** Of a data set on the Hub: the commit. */
	readonly revision?: string | undefined
	readonly split: string
	/** By Winnow's names of metrics. */
	readonly metrics: Readonly<Record<string, number>>
}

/** What the Hub's `evaluate` calls metrics. */
const hubMetrics: Readonly<Record<string, string>> = {
	em: "exact_match",
	mcc: "matthews_correlation",
	pearson: "pearsonr",
	spearman: "spearmanr",
}

/**
 * README.md of a model folder: what the model is, what pruning cost it, how strangers run it. With the metadata that the Hugging Face Hub
 * reads.
 */
export function modelCard(facts: CardFacts): string {
	const { pruning } = facts
	return [
		metadata(facts),
		`# ${facts.name}\n`,
		introduction(facts),
		...(pruning
			? ["## What pruning did\n", `${pruning.method}\n`, table(["", "dense", "pruned"], pruning.figures)]
			: []),
		"## Layers\n",
		layers(facts),
		"## Files\n",
		files(facts),
		"## Use\n",
		use(facts),
	].join("\n")
}

const isSpan = ({ transformersClass }: CardFacts) => transformersClass.endsWith("ForQuestionAnswering")

const pipelineOf = (facts: CardFacts) => (isSpan(facts) ? "question-answering" : "text-classification")

function metadata(facts: CardFacts): string {
	const { source, forms, pruning, inherited = {} } = facts
	const { base_model: base, datasets, language, ...license } = inherited
	const metrics = Object.keys(pruning?.evaluation?.metrics ?? {}).map(hubMetric)
	const calibrated = [...new Set([...[datasets ?? []].flat(), ...(pruning?.datasets ?? [])])]
	return frontMatter({
		library_name: "transformers",
		pipeline_tag: pipelineOf(facts),
		...license,
		base_model: source.isOnHub ? source.name : base,
		datasets: calibrated.length > 0 ? calibrated : undefined,
		language,
		metrics: metrics.length > 0 ? [...new Set(metrics)] : undefined,
		tags: ["winnow", ...(pruning ? ["pruned"] : []), ...(forms.length > 0 ? ["onnx", "transformers.js"] : [])],
		"model-index": pruning?.evaluation && [modelIndex(facts, pruning.evaluation)],
	})
}

/** `accuracy_mismatched` is accuracy on other inputs. */
function hubMetric(name: string): string {
	const metric = name.replace(/_.*/, "")
	return hubMetrics[metric] ?? metric
}

function modelIndex(facts: CardFacts, { name, type, revision, split, metrics }: Evaluated): object {
	const values = Object.entries(metrics).map(([metric, value]) => ({
		type: hubMetric(metric),
		name: metric,
		value: Number(value.toFixed(4)),
	}))
	const dataset = { name, type, ...(revision === undefined ? {} : { revision }), split }
	return { name: facts.name, results: [{ task: { type: pipelineOf(facts) }, dataset, metrics: values }] }
}

function introduction({ source, transformersClass, pruning, version, labels }: CardFacts): string {
	const what = pruning
		? `A slim copy of ${source.name} (${transformersClass}): attention heads and FFN neurons that matter least were removed, and what remains was repaired, without retraining, by Winnow ${version}.`
		: `${source.name} (${transformersClass}), exported by Winnow ${version}.`
	const names = labels === undefined ? "" : ` Its logits are ${labels.map((label) => `\`${label}\``).join(", ")}.`
	return `${what}${names} License and intended use are those of ${source.name}.\n`
}

function layers({ widths: { heads, neurons } }: CardFacts): string {
	const rows = heads.map((count, layer) => [String(layer), String(count), String(neurons[layer])])
	return table(["layer", "heads", "neurons"], rows)
}

const purposes: Readonly<Record<Format, string>> = {
	fp32: "ONNX",
	fp16: "ONNX in half precision, for GPUs (WebGPU)",
	int8: "ONNX with 8-bit weights, for CPUs",
}

function files({ bytes, forms, io, isSlim, pruning }: CardFacts): string {
	const evaluation = forms.some(({ score }) => typeof score === "number") ? pruning?.evaluation : undefined
	const [metric, own] = Object.entries(evaluation?.metrics ?? {})[0] ?? []
	const scored = (score: number | null | undefined) => (metric === undefined ? [] : [score?.toFixed(4) ?? ""])
	const rows = [
		["model.safetensors", "weights", megabytes(bytes), "", ...scored(own)],
		...(isSlim ? [["modeling_winnow.py", "its classes for Transformers", "", "", ...scored(null)]] : []),
		...forms.map(({ format, bytes, largest, score }) => [
			formatFiles[format],
			purposes[format],
			megabytes(bytes),
			largest === null ? "" : largest.toExponential(1),
			...scored(score),
		]),
		["SHA256SUMS", "of every file: `sha256sum -c SHA256SUMS`, or `winnow verify`", "", "", ...scored(null)],
	]
	const head = ["file", "what it is", "size", "logits differ by", ...(metric === undefined ? [] : [metric])]
	return [
		table(head, rows),
		...(forms.length > 0 ? [formsNote(io, metric && `${metric} on ${evaluation!.name}`)] : []),
	].join("\n")
}

/** How the figures of ONNX files were measured, and what such a file takes and gives. */
function formsNote({ inputs, outputs }: CardFacts["io"], scores: string | undefined): string {
	const names = (all: readonly string[]) => all.map((name) => `\`${name}\``).join(", ")
	return [
		"Logits differ by at most so much from the safetensors', on 64 random token sequences.",
		...(scores === undefined ? [] : [`The last column is ${scores}.`]),
		`ONNX files take ${names(inputs)}, int64 \`[batch_size, sequence_length]\`, padded on the right, and give ${names(outputs)}, float32.\n`,
	].join(" ")
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`
}

function use(facts: CardFacts): string {
	const { forms, isSlim, transformersClass } = facts
	const auto = isSpan(facts) ? "AutoModelForQuestionAnswering" : "AutoModelForSequenceClassification"
	const trust = isSlim ? ", trust_remote_code=True" : ""
	const why = isSlim
		? `Layers of different widths are beyond Transformers' own ${transformersClass}: the folder brings its classes, and has to be trusted. Without that, loading fails.\n`
		: ""
	const python = [
		`from transformers import ${auto}, AutoTokenizer`,
		"",
		'tokenizer = AutoTokenizer.from_pretrained("FOLDER")',
		`model = ${auto}.from_pretrained("FOLDER"${trust})`,
	]
	const dtypes = { fp32: "fp32", fp16: "fp16", int8: "q8" } as const
	const served = forms.at(-1)
	const input = isSpan(facts) ? '"Who?", "A context that says who."' : '"A sentence."'
	const javascript = served && [
		'import { pipeline } from "@huggingface/transformers"',
		"",
		`const run = await pipeline("${pipelineOf(facts)}", "FOLDER", { dtype: "${dtypes[served.format]}" })`,
		`console.log(await run(${input}))`,
	]
	return [
		fenced("python", python),
		...(why === "" ? [] : [why]),
		...(javascript ? ["In JavaScript, unmodified Transformers.js runs it, in Node and in browsers:\n"] : []),
		...(javascript ? [fenced("js", javascript)] : []),
	].join("\n")
}

const fenced = (language: string, lines: readonly string[]) => `\`\`\`${language}\n${lines.join("\n")}\n\`\`\`\n`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("")
}
