import {
	type AnyTask,
	changeInterval,
	type Evaluation,
	type Example,
	encodeExamples,
	evaluate,
	hasSplit,
	joinedScore,
	labelMap,
	readExamples,
} from "@winnow/glue-eval"
import { InvalidInputError, type Sample } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import type { OpenModel } from "./open-model.ts"
import type { Input, ScoredSet, TaskData } from "./task-data.ts"

interface RowInput extends Input {
	readonly example: Example
}

/**
 * The data of a task whose inputs are rows: GLUE's, or a user's own.
 *
 * @throws {InvalidInputError} when the model's labels are not the task's
 */
export function rowsData(task: AnyTask, { encoder }: OpenModel, tokenizer: Tokenizer): TaskData<RowInput> {
	const { logits, positions } = encoder.architecture
	const map = labelMap(task, encoder.labels, logits)
	const sampleOf = (example: Example, file: string): Sample => {
		const [sample] = encodeExamples(task, [example], tokenizer, { labelMap: map })
		if (sample!.ids.length <= positions) return sample!
		const expected = `at most ${positions} tokens, the model's positions`
		throw new InvalidInputError(`${file} row ${example.row}`, "its length", expected, sample!.ids.length)
	}
	const data: TaskData<RowInput> = {
		name: task.name,
		meanLength: task.meanDevLength,
		has: ({ data, split }) => hasSplit(task, data, split),
		async read({ data, ...options }, { onNote }) {
			const { file, examples, skipped } = await readExamples(task, data, options)
			if (skipped.length > 0) onNote?.(`${file}: ${skipped.length} broken rows are left out`)
			const inputs = examples.map((example) => ({
				row: example.row,
				example,
				samples: () => [sampleOf(example, file)],
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
