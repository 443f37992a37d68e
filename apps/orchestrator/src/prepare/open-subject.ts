import {
	type ChangeInterval,
	changeInterval,
	type Evaluation,
	type Example,
	encodeExamples,
	encodeTexts,
	evaluate,
	labelMap,
	type Task,
	taskNamed,
} from "@winnow/glue-eval"
import { type Encoder, InvalidInputError, type Run, type Sample } from "@winnow/tensor"
import { loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { type OpenModel, openModel } from "./open-model.ts"
import type { RuntimeChoice } from "./open-runtime.ts"

interface Tokenising extends OpenModel {
	readonly tokenizer: Tokenizer
	/**
	 * Tokenised; where there is a task and examples have labels, with the model's logits as targets.
	 *
	 * @throws {InvalidInputError} when an input has more tokens than the model has positions
	 */
	samplesOf(examples: readonly Example[], file: string): readonly Sample[]
}

/** A model and its tokenizer, found to fit each other. */
export interface TextSubject extends Tokenising {
	readonly task?: undefined
	readonly score?: undefined
}

/** A model, its tokenizer and the task that it is for, found to fit each other. */
export interface TaskSubject extends Tokenising {
	readonly task: Task
	/** Scores this model, or another of the same logits. */
	score(encoder: Pick<Encoder, "logits">, samples: readonly Sample[], run: Run): Promise<Evaluation>
	/** The change of the main metric from one evaluation of these samples to another. */
	change(from: Evaluation, to: Evaluation, samples: readonly Sample[]): ChangeInterval
}

export type Subject = TextSubject | TaskSubject

/** Where there is no task to say so: what most encoders were fine-tuned with. */
const textLength = 128

/** @throws {InvalidInputError} when model and tokenizer do not fit */
export async function openTextSubject(model: string, options: RuntimeChoice): Promise<TextSubject> {
	return opened(model, options, ({ encoder }, tokenizer) => {
		const maxLength = Math.min(textLength, encoder.architecture.positions)
		return { samplesOf: (examples) => encodeTexts(examples, tokenizer, { maxLength }) }
	})
}

/** @throws {InvalidInputError} when model, tokenizer and task do not fit */
export async function openTaskSubject(
	model: string,
	{ task: name, ...options }: RuntimeChoice & { readonly task: string },
): Promise<TaskSubject> {
	const task = taskNamed(name)
	return opened(model, options, (open, tokenizer) => ({ task, ...fitted(open, task, tokenizer) }))
}

async function opened<Rest>(
	model: string,
	options: RuntimeChoice,
	rest: (open: OpenModel, tokenizer: Tokenizer) => Rest,
): Promise<OpenModel & Rest & { readonly tokenizer: Tokenizer }> {
	const open = await openModel(model, options)
	try {
		const tokenizer = await loadTokenizer(model)
		refuseForeign(open, tokenizer)
		return { ...open, tokenizer, ...rest(open, tokenizer) }
	} catch (error) {
		await open.close()
		throw error
	}
}

function refuseForeign({ encoder, folder }: OpenModel, { size }: Tokenizer): void {
	const { vocabulary } = encoder.architecture
	if (size <= vocabulary) return
	const expected = `at most ${vocabulary}, the model's embeddings`
	throw new InvalidInputError(folder.folder, "the tokenizer's vocabulary", expected, size)
}

function fitted(
	{ encoder }: OpenModel,
	task: Task,
	tokenizer: Tokenizer,
): Pick<TaskSubject, "samplesOf" | "score" | "change"> {
	const { logits, positions } = encoder.architecture
	const map = labelMap(task, encoder.labels, logits)
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
		change: ({ logits: before }, { logits: after }, samples) =>
			changeInterval(task, { before, after }, samples, { labelMap: map }),
	}
}
