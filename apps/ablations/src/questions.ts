import type { Question } from "./question.ts"
import { whatEachPartBuys } from "./what-each-part-buys.ts"

/** All of them; adding one is adding its file and its line here. */
export const questions: readonly Question[] = [whatEachPartBuys]
