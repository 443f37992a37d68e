import type { Diagnosis } from "./diagnosis/diagnosis.ts"
import { cachesCheck, diskCheck, memoryCheck, threadsCheck } from "./diagnosis/machine-checks.ts"
import { nodeCheck } from "./diagnosis/node-check.ts"
import { runtimeChecks } from "./diagnosis/runtime-checks.ts"
import { thisMachine } from "./measure/machine.ts"
import { winnowVersion } from "./version.ts"

/**
 * What runs on this machine: Node, runtimes, threads, memory, disk; what is missing, and what to do about it.
 *
 * Runs one small product in every runtime and touches no file. What is wrong is in the answer, it is not thrown.
 *
 * @example
 * const { canPrune, checks } = await doctor()
 * for (const { name, remedy } of checks) if (remedy) console.log(name, remedy)
 */
export async function doctor(): Promise<Diagnosis> {
	const { runtime, checks: runtimes } = await runtimeChecks()
	const checks = [nodeCheck(), ...runtimes, threadsCheck(), memoryCheck(), await diskCheck(), cachesCheck()]
	return {
		schema: "winnow-diagnosis/1",
		winnow: winnowVersion,
		canPrune: checks.every(({ state }) => state !== "failed"),
		machine: thisMachine(),
		runtime,
		checks,
	}
}
