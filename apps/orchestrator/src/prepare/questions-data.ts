import { hasSplit } from "@winnow/glue-eval"
import {
	answersChangeInterval,
	encodeQuestions,
	evaluateQuestions,
	type QuestionsEvaluation,
	readQuestions,
	type SquadQuestion,
	type SquadTask,
} from "@winnow/glue-eval/squad"
import { InvalidInputError } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import type { OpenModel } from "./open-model.ts"
import type { Input, ScoredSet, TaskData } from "./task-data.ts"

interface QuestionInput extends Input {
	readonly question: SquadQuestion
	/** In which it stands. */
	readonly file: string
}

/**
 * The data of a question answering task: every question is an input, and a sample for each window of its context.
 *
 * @param o.length - tokens of a window
 * @throws {InvalidInputError} when the model finds no spans
 */
export function questionsData(
	task: SquadTask,
	{ encoder, folder }: OpenModel,
	{ tokenizer, length: maxLength }: { readonly tokenizer: Tokenizer; readonly length: number },
): TaskData<QuestionInput> {
	const { head } = encoder.architecture
	if (head !== "span") {
		throw new InvalidInputError(folder.folder, `the head for ${task.name}`, "one for question answering", head)
	}
	// Shorter windows overlap by the same part.
	const stride = Math.floor((task.stride * maxLength) / task.maxLength)
	const encoded = ({ question, file }: Pick<QuestionInput, "question" | "file">, labelled: boolean) =>
		encodeQuestions(task, [question], tokenizer, { maxLength, stride, labelled, file })
	const data: TaskData<QuestionInput> = {
		name: task.name,
		meanLength: task.meanDevLength,
		cut: () => undefined,
		fileSplit: () => undefined,
		has: ({ data, split }) => hasSplit(task, data, split),
		async read({ data, split, labels = "required" }) {
			const { file, questions } = await readQuestions(task, data, { split, answers: labels })
			const samplesOf = (question: SquadQuestion) =>
				encoded({ question, file }, labels === "required").flatMap(({ windows }) => windows.map(({ sample }) => sample))
			const inputs = questions.map((question, row) => ({ row, question, file, samples: () => samplesOf(question) }))
			return { file, inputs }
		},
		scored: (inputs) =>
			questionsScored(
				task,
				inputs.flatMap((input) => encoded(input, false)),
			),
		async scoredSplit(choice, run) {
			return data.scored((await data.read(choice, run)).inputs)
		},
	}
	return data
}

function questionsScored(task: SquadTask, encoded: ReturnType<typeof encodeQuestions>): ScoredSet<QuestionsEvaluation> {
	const questions = encoded.map(({ question }) => question)
	return {
		samples: encoded.flatMap(({ windows }) => windows.map(({ sample }) => sample)),
		size: encoded.length,
		score: (model, run) => evaluateQuestions(model, task, encoded, run),
		change: ({ answers: before }, { answers: after }) => answersChangeInterval(task, questions, { before, after }),
	}
}
