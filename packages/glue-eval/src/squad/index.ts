export { type AnswerWindow, answerTokens, type TokenRange } from "./answer-window.ts"
export {
	type AnswerSpan,
	type ExtractedAnswer,
	type ExtractOptions,
	extractAnswer,
	type ScoredWindow,
} from "./extract-answer.ts"
export { type ParseSquadOptions, parseSquad } from "./parse-squad.ts"
export { type Questions, type ReadQuestionsOptions, readQuestions } from "./read-questions.ts"
export { scoreAnswers } from "./score-answers.ts"
export type { SquadQuestion, TextRange } from "./squad-question.ts"
export { type SquadTask, squadTaskNamed, squadTasks } from "./squad-task.ts"
