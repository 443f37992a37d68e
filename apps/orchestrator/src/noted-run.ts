import type { Run } from "@winnow/tensor"

/** A run that also says what somebody who watches should know. */
export interface NotedRun extends Run {
	/** Told one sentence at a time. */
	readonly onNote?: ((note: string) => void) | undefined
}
