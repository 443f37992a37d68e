import type { Runtime } from "../runtime.ts"

/** A sentence that is true of every runtime, and what finds out. */
export interface RuntimeClaim {
	readonly name: string
	/** Rejects with what must be and what was, where the claim does not hold. Leaves the runtime open. */
	check(runtime: Runtime): Promise<void>
}
