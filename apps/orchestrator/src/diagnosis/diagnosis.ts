import { type } from "arktype"

const checkSchema = type({
	name: "string",
	state: "'ok' | 'missing' | 'warning' | 'failed'",
	finding: "string",
	"remedy?": "string",
})

/**
 * One thing that pruning needs or can use, as it was found here: `failed` where pruning cannot run, `warning` where it might stop on the
 * way, `missing` where something else does its work. `remedy` says what to do about any of them.
 */
export type Check = typeof checkSchema.infer

/** What `winnow doctor --json` prints. */
export const diagnosisSchema = type({
	schema: "'winnow-diagnosis/1'",
	winnow: "string",
	canPrune: "boolean",
	machine: { cpu: "string", cores: "number", memoryGiB: "number", node: "string", platform: "string" },
	/** The one that the command uses, as results name it; null where none runs. */
	runtime: "string | null",
	checks: checkSchema.array(),
})

/** What runs on this machine, and what is missing. No paths, so that it can be shown to others. */
export type Diagnosis = typeof diagnosisSchema.infer
