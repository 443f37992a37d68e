export { type AnswerWindow, answerTokens, type TokenRange } from "./squad/answer-window.ts"
export {
	type EncodedQuestion,
	type EncodeQuestionsOptions,
	encodeQuestions,
	type QuestionWindow,
} from "./squad/encode-questions.ts"
export { answersChangeInterval, evaluateQuestions, type QuestionsEvaluation } from "./squad/evaluate-questions.ts"
export {
	type AnswerSpan,
	type ExtractedAnswer,
	type ExtractOptions,
	extractAnswer,
	type ScoredWindow,
} from "./squad/extract-answer.ts"
export { type ParseSquadOptions, parseSquad } from "./squad/parse-squad.ts"
export { type Questions, type ReadQuestionsOptions, readQuestions } from "./squad/read-questions.ts"
export { scoreAnswers } from "./squad/score-answers.ts"
export type { SquadQuestion, TextRange } from "./squad/squad-question.ts"
export { type SquadTask, squadTaskNamed, squadTasks } from "./squad/squad-task.ts"
