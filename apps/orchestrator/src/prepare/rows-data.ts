import { stat } from "node:fs/promises"
import { basename } from "node:path"
import {
	type AnyTask,
	changeInterval,
	type Evaluation,
	type Example,
	type Examples,
	encodeExamples,
	evaluate,
	type FilePart,
	fileParts,
	hasSplit,
	joinedScore,
	labelMap,
	readExamples,
	readParts,
} from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import type { NotedRun } from "../noted-run.ts"
import { type FileSplit, splitWords } from "../result/file-split.ts"
import { CutCounter } from "./cut-counter.ts"
import type { OpenModel } from "./open-model.ts"
import type { Input, ScoredSet, SplitChoice, TaskData } from "./task-data.ts"

interface RowInput extends Input {
	readonly example: Example
}

export interface RowsDataOptions {
	readonly tokenizer: Tokenizer
	/** Tokens that texts are cut to. */
	readonly length: number
	/** Of the split of one file. */
	readonly seed: number
}

/**
 * The data of a task whose inputs are rows: GLUE's, or a user's own, whose rows may all stand in one file.
 *
 * @throws {InvalidInputError} when the model's labels are not the task's
 */
export function rowsData(
	task: AnyTask,
	{ encoder }: OpenModel,
	{ tokenizer, length, seed }: RowsDataOptions,
): TaskData<RowInput> {
	const map = labelMap(task, encoder.labels, encoder.architecture.logits)
	const cuts = new CutCounter(length)
	const oneFile = oneFileReader(task, seed)
	const samplesOf = (example: Example, file: string): readonly Sample[] => {
		let isCut = false
		const onCut = () => {
			isCut = true
		}
		const samples = encodeExamples(task, [example], tokenizer, { labelMap: map, maxLength: length, onCut })
		cuts.count(file, example.row, isCut)
		return samples
	}
	const data: TaskData<RowInput> = {
		name: task.name,
		meanLength: task.meanDevLength,
		cut: () => cuts.texts(),
		fileSplit: () => oneFile.split(),
		has: async ({ data, split }) => ((await isFile(data)) ? isPart(split) : hasSplit(task, data, split)),
		async read({ data, ...options }, run) {
			const { file, examples, skipped } = (await isFile(data))
				? await oneFile.part(data, options, run)
				: await readExamples(task, data, options)
			if (skipped.length > 0) run.onNote?.(`${file}: ${skipped.length} broken rows are left out`)
			const inputs = examples.map((example) => ({
				row: example.row,
				example,
				samples: () => samplesOf(example, file),
			}))
			return { file, inputs }
		},
		scored: (inputs) => rowsScored(task, inputs, map),
		async scoredSplit(choice, run) {
			const main = data.scored((await data.read(choice, run)).inputs)
			const others: Record<string, ScoredSet> = {}
			const beside = choice.split === "dev" ? Object.entries(task.alsoScored ?? {}) : []
			for (const [name, split] of beside) {
				const other = { ...choice, split }
				if (await data.has(other)) others[name] = data.scored((await data.read(other, run)).inputs)
			}
			return Object.keys(others).length === 0 ? main : joined(main as ScoredSet<Evaluation>, others)
		},
	}
	return data
}

const isPart = (split: string): split is FilePart => fileParts.some((part) => part === split)

/** Whether all there is is one file. What is not there is said when it is read. */
async function isFile(data: string): Promise<boolean> {
	return stat(data).then(
		(stats) => !stats.isDirectory(),
		() => false,
	)
}

/** Reads the parts of one file, once. */
function oneFileReader(task: AnyTask, seed: number) {
	let parts: Promise<Readonly<Record<FilePart, Examples>>> | undefined
	let split: FileSplit | undefined
	return {
		split: () => split,
		async part(file: string, { split: name, labels }: Omit<SplitChoice, "data">, run: NotedRun): Promise<Examples> {
			if (!isPart(name)) {
				throw new InvalidInputError(file, "the split of one file", `one of ${fileParts.join(", ")}`, name)
			}
			parts ??= readParts(task, file, { seed })
			const { train, dev, test } = await parts
			if (split === undefined) {
				const counts = { train: train.examples.length, dev: dev.examples.length, test: test.examples.length }
				split = { file: basename(file), seed, ...counts }
				run.onNote?.(splitWords(split))
			}
			const { examples, ...about } = { train, dev, test }[name]
			if (labels !== "none") return { ...about, examples }
			return { ...about, examples: examples.map(({ label: _, ...example }) => example) }
		},
	}
}

function rowsScored(task: AnyTask, inputs: readonly RowInput[], map: readonly number[]): ScoredSet<Evaluation> {
	const samples = inputs.flatMap((input) => input.samples())
	return {
		samples,
		size: samples.length,
		score: (model, run) => evaluate(model, task, samples, { labelMap: map, ...run }),
		change: ({ logits: before }, { logits: after }) =>
			changeInterval(task, { before, after }, samples, { labelMap: map }),
	}
}

/** The main split with others beside it, which have no part in the main metric. */
function joined(main: ScoredSet<Evaluation>, others: Readonly<Record<string, ScoredSet>>): ScoredSet<Evaluation> {
	const sets = Object.values(others)
	return {
		samples: main.samples,
		size: sets.reduce((sum, { size }) => sum + size, main.size),
		async score(model, run) {
			const own = await main.score(model, run)
			const beside: [string, Awaited<ReturnType<ScoredSet["score"]>>][] = []
			for (const [name, set] of Object.entries(others)) beside.push([name, await set.score(model, run)])
			return { ...joinedScore(own, Object.fromEntries(beside)), logits: own.logits }
		},
		change: (from, to) => main.change(from, to),
	}
}
