import { type Format, formatFiles } from "./formats.ts"

/** The file that a model card is: yours to edit. */
export const cardFile = "README.md"

/** What a model card says of a folder. */
export interface CardFacts {
	/** What the folder's model is called. */
	readonly name: string
	/** The model it was made of; `isOnHub` where that is a name on the Hugging Face Hub. */
	readonly source: { readonly name: string; readonly isOnHub: boolean }
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
	}[]
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
	const { source, forms, pruning } = facts
	const tags = ["winnow", ...(pruning ? ["pruned"] : []), ...(forms.length > 0 ? ["onnx", "transformers.js"] : [])]
	const lines = [
		"library_name: transformers",
		...(source.isOnHub ? [`base_model: ${source.name}`] : []),
		`pipeline_tag: ${pipelineOf(facts)}`,
		"tags:",
		...tags.map((tag) => `  - ${tag}`),
	]
	return `---\n${lines.join("\n")}\n---\n`
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

function files({ bytes, forms, isSlim }: CardFacts): string {
	const rows = [
		["model.safetensors", "weights", megabytes(bytes), ""],
		...(isSlim ? [["modeling_winnow.py", "its classes for Transformers", "", ""]] : []),
		...forms.map(({ format, bytes, largest }) => [
			formatFiles[format],
			purposes[format],
			megabytes(bytes),
			largest === null ? "" : largest.toExponential(1),
		]),
		["SHA256SUMS", "of every file: `sha256sum -c SHA256SUMS`, or `winnow verify`", "", ""],
	]
	const note =
		"\nThe last column is the largest difference of a logit from the safetensors' on 64 random token sequences.\n"
	return `${table(["file", "what it is", "size", "logits differ by"], rows)}${forms.length > 0 ? note : ""}`
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
