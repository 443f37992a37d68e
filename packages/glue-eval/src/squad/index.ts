export { type ParseSquadOptions, parseSquad } from "./parse-squad.ts"
export { type Questions, type ReadQuestionsOptions, readQuestions } from "./read-questions.ts"
export type { SquadQuestion, TextRange } from "./squad-question.ts"
export { type SquadTask, squadTaskNamed, squadTasks } from "./squad-task.ts"
