import { type Example, encodeExamples, evaluate, labelMap, type Score, type Task, taskNamed } from "@winnow/glue-eval"
import { type Encoder, InvalidInputError, type Run, type Sample } from "@winnow/tensor"
import { loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { type OpenModel, openModel } from "./open-model.ts"
import type { RuntimeChoice } from "./open-runtime.ts"

/** A model and the task that it is for, found to fit each other. */
export interface Subject extends OpenModel {
	readonly task: Task
	readonly tokenizer: Tokenizer
	/**
	 * Tokenised, with the model's logits as targets.
	 *
	 * @throws {InvalidInputError} when an input has more tokens than the model has positions
	 */
	samplesOf(examples: readonly Example[], file: string): readonly Sample[]
	/** Scores this model, or another of the same logits. */
	score(encoder: Pick<Encoder, "logits">, samples: readonly Sample[], run: Run): Promise<Score>
}

/** @throws {InvalidInputError} when model, tokenizer and task do not fit */
export async function openSubject(
	o: { readonly model: string; readonly task: string } & RuntimeChoice,
): Promise<Subject> {
	const task = taskNamed(o.task)
	const open = await openModel(o.model, o)
	try {
		const tokenizer = await loadTokenizer(o.model)
		return { ...open, task, tokenizer, ...fitted(open, task, tokenizer) }
	} catch (error) {
		await open.close()
		throw error
	}
}

function fitted(
	{ encoder, folder }: OpenModel,
	task: Task,
	tokenizer: Tokenizer,
): Pick<Subject, "samplesOf" | "score"> {
	const { logits, vocabulary, positions } = encoder.architecture
	const map = labelMap(task, encoder.labels, logits)
	if (tokenizer.size > vocabulary) {
		const expected = `at most ${vocabulary}, the model's embeddings`
		throw new InvalidInputError(folder.folder, "the tokenizer's vocabulary", expected, tokenizer.size)
	}
	return {
		samplesOf(examples, file) {
			const samples = encodeExamples(task, examples, tokenizer, { labelMap: map })
			const long = samples.findIndex(({ ids }) => ids.length > positions)
			if (long === -1) return samples
			const where = `${file} row ${examples[long]!.row}`
			const expected = `at most ${positions} tokens, the model's positions`
			throw new InvalidInputError(where, "its length", expected, samples[long]!.ids.length)
		},
		score: (model, samples, run) => evaluate(model, task, samples, { labelMap: map, ...run }),
	}
}
