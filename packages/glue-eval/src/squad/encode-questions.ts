import { InvalidInputError, type Sample } from "@winnow/tensor"
import { contextWindows, type Encoding, type Tokenizer } from "@winnow/tokenizer"
import { answerTokens } from "./answer-window.ts"
import { questionPlace } from "./parse-squad.ts"
import type { SquadQuestion } from "./squad-question.ts"
import type { SquadTask } from "./squad-task.ts"

/** One input of a model: the question and as much of its context as fits. */
export interface QuestionWindow {
	readonly encoding: Encoding
	readonly sample: Sample
}

/** A question as a model reads it. */
export interface EncodedQuestion {
	readonly question: SquadQuestion
	/** One, or several where the context is long. */
	readonly windows: readonly QuestionWindow[]
}

export interface EncodeQuestionsOptions {
	/** Most tokens of a window, special ones included. Default: the task's. */
	readonly maxLength?: number | undefined
	/** Context tokens that two windows share. Default: the task's. */
	readonly stride?: number | undefined
	/** Gives samples targets: the first and last token of the answer, token 0 where a window does not hold it. Default: true. */
	readonly labelled?: boolean | undefined
	/** The file of the questions, for messages. Default: the task's name. */
	readonly file?: string | undefined
}

/**
 * Tokenises questions with their contexts, in overlapping windows.
 *
 * @throws what `contextWindows` throws, naming the question
 * @example
 * const encoded = encodeQuestions(squadTaskNamed("squad"), questions, tokenizer)
 * const samples = encoded.flatMap(({ windows }) => windows.map(({ sample }) => sample))
 */
export function encodeQuestions(
	task: SquadTask,
	questions: readonly SquadQuestion[],
	tokenizer: Pick<Tokenizer, "tokenize" | "withSpecialTokens" | "truncationSide">,
	{ maxLength = task.maxLength, stride = task.stride, labelled = true, file = task.name }: EncodeQuestionsOptions = {},
): readonly EncodedQuestion[] {
	return questions.map((question) => {
		// Questions often begin with a blank, which is no part of any word.
		const encodings = named(questionPlace(file, question.id), () =>
			contextWindows(tokenizer, question.question.trimStart(), question.context, { maxLength, stride }),
		)
		const windows = encodings.map((encoding): QuestionWindow => {
			const { ids, segments, offsets, sequence } = encoding
			const target = labelled && { target: answerTokens({ offsets, context: sequence }, question.position) }
			return { encoding, sample: { ids, segments, ...target } }
		})
		return { question, windows }
	})
}

/** What is wrong with a question says which one it is. */
function named<T>(where: string, encode: () => T): T {
	try {
		return encode()
	} catch (error) {
		if (!(error instanceof InvalidInputError) || error.what !== "the question") throw error
		const { what, expected, actual } = error
		throw new InvalidInputError(where, what, expected, actual, { cause: error })
	}
}
