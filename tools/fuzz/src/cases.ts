import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder } from "@winnow/encoder"
import {
	type AnyTask,
	encodeExamples,
	encodeTexts,
	evaluate as evaluateRows,
	ownTask,
	readExamples,
	readTexts,
	taskNamed,
} from "@winnow/glue-eval"
import { encodeQuestions, evaluateQuestions, readQuestions, squadTaskNamed } from "@winnow/glue-eval/squad"
import { evaluate, inspect, prune } from "@winnow/orchestrator"
import { interpreter, onnxRuntime, type Runtime } from "@winnow/runtime"
import { loadTokenizer } from "@winnow/tokenizer"
import { type BaseData, type BaseModel, baseData, baseModels, type Files } from "./base-files.ts"
import { Dice } from "./dice.ts"
import { mutatedFiles } from "./mutated-files.ts"
import { finiteOutcome, type Outcome, verdictOf } from "./verdict.ts"

export interface CaseReport {
	readonly what: string
	readonly outcome: Outcome
}

const texts = [
	"a film",
	"",
	"the plot was so very good , and the cast great but thin",
	"\ud83d\ude00 na\u00efve \u4e2d\u6587 \ud800 \u0000 [MASK] <s>",
	"of with ".repeat(100),
]

/** Runs cases in one temporary folder; opens what all of them need once. */
export class Cases {
	readonly #root: string
	readonly #models: readonly BaseModel[]
	readonly #data: readonly BaseData[]
	readonly #onnx: Runtime

	private constructor(root: string, models: readonly BaseModel[], data: readonly BaseData[], onnx: Runtime) {
		this.#root = root
		this.#models = models
		this.#data = data
		this.#onnx = onnx
	}

	static async open(root: string): Promise<Cases> {
		return new Cases(root, await baseModels(join(root, "bases")), await baseData(), await onnxRuntime({ threads: 1 }))
	}

	async close(): Promise<void> {
		await this.#onnx.close()
	}

	async run(seed: number, number: number, onStart: (what: string) => void): Promise<CaseReport> {
		const dice = new Dice(seed, number)
		const place = join(this.#root, "case")
		await rm(place, { recursive: true, force: true })
		await mkdir(place, { recursive: true })
		const kind = dice.below(100)
		const planned = kind < 55 ? this.#model(dice) : kind < 88 ? this.#dataCase(dice) : this.#command(dice)
		onStart(planned.what)
		try {
			return { what: planned.what, outcome: await planned.run(place) }
		} catch (error) {
			return { what: planned.what, outcome: verdictOf(error, this.#root) }
		}
	}

	/** Every model and every form of data without a mistake: what is not finite then says nothing of mistakes. */
	async runUnspoilt(): Promise<readonly CaseReport[]> {
		const reports: CaseReport[] = []
		for (const [index, { name, files }] of this.#models.entries()) {
			const place = join(this.#root, `unspoilt model ${index}`)
			await writeFiles(place, files)
			reports.push({ what: name, outcome: await logitsOutcome(place, this.#onnx) })
		}
		for (const [index, base] of this.#data.entries()) {
			const place = join(this.#root, `unspoilt data ${index}`)
			await writeFiles(join(place, "data"), base.files)
			await writeFiles(join(place, "model"), this.#models.find(({ use }) => use === base.use)!.files)
			reports.push({ what: base.name, outcome: await this.#scored(place, base, false) })
		}
		return reports
	}

	/** A mutated model folder, through the packages to logits. */
	#model(dice: Dice): Planned {
		const base = dice.pick(this.#models)
		const { files, what } = mutatedFiles(base.files, dice)
		const runtime = dice.chance(0.1) ? interpreter() : this.#onnx
		return {
			what: `${base.name}: ${what.join("; ")}`,
			run: async (place) => {
				await writeFiles(place, files)
				return logitsOutcome(place, runtime)
			},
		}
	}

	/** Mutated data, through the packages to a score of a good model. */
	#dataCase(dice: Dice): Planned {
		const base = dice.pick(this.#data)
		const { files, what } = mutatedFiles(base.files, dice)
		const model = dice.pick(this.#models.filter(({ use }) => use === base.use))
		const asTexts = base.use !== "questions" && dice.chance(0.25)
		return {
			what: `${base.name}${asTexts ? " as texts" : ""} on ${model.name}: ${what.join("; ")}`,
			run: async (place) => {
				await writeFiles(join(place, "data"), files)
				await writeFiles(join(place, "model"), model.files)
				return this.#scored(place, base, asTexts)
			},
		}
	}

	async #scored(place: string, base: BaseData, asTexts: boolean): Promise<Outcome> {
		const [data, folder] = [join(place, "data"), join(place, "model")]
		const model = await openModelFolder(folder)
		try {
			const encoder = await loadEncoder(model, { runtime: this.#onnx })
			try {
				const tokenizer = await loadTokenizer(folder)
				const maxLength = encoder.architecture.positions
				if (asTexts) {
					const file = join(data, base.files.keys().next().value!)
					const { examples } = await readTexts(file, base.columns.text)
					return finiteOutcome(await encoder.logits(encodeTexts(examples, tokenizer, { maxLength })), "logits")
				}
				if (base.use === "questions") {
					const task = squadTaskNamed(questionsTaskOf(base))
					const { questions } = await readQuestions(task, data, { split: "dev" })
					const encoded = encodeQuestions(task, questions, tokenizer, { maxLength, stride: 8 })
					const { main, logits } = await evaluateQuestions(encoder, task, encoded)
					return finiteOutcome([[main], ...logits], "scores")
				}
				const task = taskOf(base)
				const { examples } = await readExamples(task, data, { split: "dev" })
				const samples = encodeExamples(task, examples, tokenizer, { maxLength })
				const { main, logits } = await evaluateRows(encoder, task, samples)
				// The correlation of scores that are all the same is undefined.
				return finiteOutcome(base.use === "regression" ? logits : [[main], ...logits], "scores")
			} finally {
				await encoder.close()
			}
		} finally {
			await model.close()
		}
	}

	/** A mutated model or mutated data, through the library that the command is made of. */
	#command(dice: Dice): Planned {
		const base = dice.pick(this.#data)
		const model = dice.pick(this.#models.filter(({ use, name }) => use === base.use && name !== "the demo model"))
		const spoilsModel = dice.chance(0.5)
		const { files, what } = mutatedFiles(spoilsModel ? model.files : base.files, dice)
		const does = dice.pick(["inspect", "evaluate", "prune", "prune"] as const)
		return {
			what: `${does} ${model.name} with ${base.name}: ${what.join("; ")}`,
			run: async (place) => {
				await writeFiles(join(place, "model"), spoilsModel ? files : model.files)
				await writeFiles(join(place, "data"), spoilsModel ? base.files : files)
				return this.#commanded(place, base, does)
			},
		}
	}

	async #commanded(place: string, base: BaseData, does: "inspect" | "evaluate" | "prune"): Promise<Outcome> {
		const [model, data, out] = [join(place, "model"), join(place, "data"), join(place, "out")]
		if (does === "inspect") return finiteOutcome([[(await inspect({ model })).macs.total]], "multiply-accumulates")
		const task =
			base.use === "questions"
				? { task: questionsTaskOf(base) }
				: { task: base.use, textColumns: [...base.columns.text], labelColumn: base.columns.label }
		const common = { model, data, ...task, threads: 1 } as const
		if (does === "evaluate") {
			const { score } = await evaluate(common)
			return finiteOutcome([[score ?? 0]], "scores")
		}
		try {
			await prune({ ...common, out, macs: 0.6, samples: 4, formats: [], timing: false })
		} catch (error) {
			const left = (await readdir(place)).filter((name) => name !== "model" && name !== "data")
			if (left.length === 0) throw error
			return { kind: "fault", fault: "a refusal that leaves files", detail: `${left.join(", ")}: ${error}` }
		}
		return logitsOutcome(out, this.#onnx)
	}
}

/** A case with its mistakes made, ready to run in a folder of its own. */
interface Planned {
	readonly what: string
	run(place: string): Promise<Outcome>
}

/** Of the Parquet files one question has no answer. */
const questionsTaskOf = ({ name }: BaseData) => (name.includes("Parquet") ? "squad_v2" : "squad")

/** GLUE's reader for TSV and Parquet, that of own files for CSV and JSON lines. */
function taskOf({ name, use, columns }: BaseData): AnyTask {
	const text = columns.text as readonly [string] | readonly [string, string]
	if (use === "classification" && /TSV|Parquet/.test(name)) return taskNamed("sst2")
	const own = { name: "own", text, label: columns.label }
	return use === "regression"
		? ownTask({ kind: "regression", ...own })
		: ownTask({ kind: "classification", labels: 2, ...own })
}

async function logitsOutcome(folder: string, runtime: Runtime): Promise<Outcome> {
	const model = await openModelFolder(folder)
	try {
		const encoder = await loadEncoder(model, { runtime })
		try {
			const tokenizer = await loadTokenizer(folder)
			const { positions, vocabulary } = encoder.architecture
			if (tokenizer.size > vocabulary)
				return { kind: "refused", line: "tokenizer and model do not fit: the caller's to say" }
			const maxLength = Math.min(positions, 64)
			const samples = texts.map((text) => tokenizer.encode(text, { maxLength }))
			return finiteOutcome(await encoder.logits(samples), "logits")
		} finally {
			await encoder.close()
		}
	} finally {
		await model.close()
	}
}

async function writeFiles(folder: string, files: Files): Promise<void> {
	await mkdir(folder, { recursive: true })
	for (const [name, bytes] of files) await writeFile(join(folder, name), bytes)
}
