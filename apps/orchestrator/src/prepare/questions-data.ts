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
}

/**
 * The data of a question answering task: every question is an input, and a sample for each window of its context.
 *
 * @throws {InvalidInputError} when the model finds no spans
 */
export function questionsData(
	task: SquadTask,
	{ encoder, folder }: OpenModel,
	tokenizer: Tokenizer,
): TaskData<QuestionInput> {
	const { head, positions } = encoder.architecture
	if (head !== "span") {
		throw new InvalidInputError(folder.folder, `the head for ${task.name}`, "one for question answering", head)
	}
	const maxLength = Math.min(task.maxLength, positions)
	// Windows of a model with fewer positions overlap by the same part.
	const stride = Math.floor((task.stride * maxLength) / task.maxLength)
	const encoded = (question: SquadQuestion, labelled: boolean) =>
		encodeQuestions(task, [question], tokenizer, { maxLength, stride, labelled })
	const data: TaskData<QuestionInput> = {
		name: task.name,
		meanLength: task.meanDevLength,
		has: ({ data, split }) => hasSplit(task, data, split),
		async read({ data, split, labels = "required" }) {
			const { file, questions } = await readQuestions(task, data, { split, answers: labels })
			const samplesOf = (question: SquadQuestion) =>
				encoded(question, labels === "required").flatMap(({ windows }) => windows.map(({ sample }) => sample))
			const inputs = questions.map((question, row) => ({ row, question, samples: () => samplesOf(question) }))
			return { file, inputs }
		},
		scored: (inputs) =>
			questionsScored(
				task,
				inputs.flatMap(({ question }) => encoded(question, false)),
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
