import { type } from "arktype"
import { cutTexts } from "./cut-texts.ts"
import { fileSplit } from "./file-split.ts"
import { hubData, metric, metrics } from "./parts.ts"

/** What `winnow evaluate --json` prints. */
export const evaluationSchema = type({
	schema: "'winnow-evaluation/1'",
	model: { source: "string", "revision?": "string", sha256: "string" },
	"data?": hubData,
	task: "string",
	split: "string",
	"fileSplit?": fileSplit,
	"cut?": cutTexts,
	score: metric,
	metrics,
	samples: "number.integer >= 1",
	seconds: "number",
})

/** A model's score on one split of a task: the main metric, 0 to 1 (correlations from -1), null where it is undefined; and all of them. `fileSplit` and `cut` as in winnow.json. */
export type Evaluation = typeof evaluationSchema.infer
