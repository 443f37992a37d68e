/** The metrics of GLUE and SQuAD: pure functions without any dependency. */
export { accuracy, argMax, averageRanks, f1, matthewsCorrelation, pearson, spearman } from "./glue-metrics.ts"
export { type BestThreshold, bestThreshold } from "./squad/best-threshold.ts"
export { normalizedAnswer } from "./squad/normalized-answer.ts"
export { type AnsweredQuestion, type QuestionScores, questionScores } from "./squad/question-scores.ts"
export { type SquadReport, squadReport } from "./squad/squad-report.ts"
export { type SquadV2Options, type SquadV2Report, squadV2Report } from "./squad/squad-v2-report.ts"
