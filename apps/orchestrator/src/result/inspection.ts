import { type } from "arktype"
import { natural } from "./parts.ts"

/** What `winnow inspect --json` prints. */
export const inspectionSchema = type({
	schema: "'winnow-inspection/1'",
	model: { source: "string", "revision?": "string", sha256: "string", type: "string", bytes: natural },
	hidden: natural,
	headSize: natural,
	vocabulary: natural,
	positions: natural,
	logits: natural,
	labels: "string[]",
	parameters: natural,
	macs: { length: "number", total: "number" },
	layers: type({ heads: natural, neurons: natural, macs: "number" }).array(),
})

/** What a model consists of. MACs are those of heads and neurons, of one sample of `length` tokens. */
export type Inspection = typeof inspectionSchema.infer
