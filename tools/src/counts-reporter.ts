import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Reporter, TestModule, Vitest } from "vitest/node"

/**
 * Writes how many tests passed, failed and were skipped, what the skipped ones would have needed, and a line for each failure, as one
 * JSON object in test-results.json.
 *
 * Vitest's own JSON report calls a run a success whose process exits with 1: one with an error outside any test, or whose worker
 * died. Here each such error is a failure, and so is each file that fails without a failing test (it does not load, a hook throws).
 */
export class CountsReporter implements Reporter {
	#file = ""

	onInit(vitest: Vitest): void {
		this.#file = join(vitest.config.root, "test-results.json")
	}

	onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: string): void {
		const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
		const missing: Record<string, number> = {}
		const failures = unhandledErrors.map((error) => firstLine(error))
		for (const module of modules) {
			const states = [...module.children.allTests()].map((test) => test.result().state)
			counts.passed += states.filter((state) => state === "passed").length
			counts.skipped += states.filter((state) => state === "skipped").length
			for (const need of missingNeeds(module)) missing[need] = (missing[need] ?? 0) + 1
			const failed = [...module.children.allTests("failed")]
			counts.failed += Math.max(failed.length, module.ok() ? 0 : 1)
			for (const test of failed)
				failures.push(`${module.relativeModuleId} > ${test.fullName}: ${firstLine(test.result().errors?.[0])}`)
			if (!module.ok() && failed.length === 0)
				failures.push(`${module.relativeModuleId}: ${firstLine(module.errors()[0] ?? "failed outside of its tests")}`)
		}
		if (reason !== "passed") counts.failed = Math.max(1, counts.failed)
		writeFileSync(this.#file, `${JSON.stringify({ ...counts, missing, failures })}\n`)
	}
}

const unstated = "what they do not state: a test is skipped by `needs` of packages/testing"

/** What skipped tests would have needed, once for each test. Those that a failed hook keeps from running need nothing. */
function missingNeeds(module: TestModule) {
	return [...module.children.allTests("skipped")].flatMap((test) => {
		const { missing } = test.meta() as { missing?: readonly string[] }
		return missing ?? (test.options.mode === "skip" ? [unstated] : [])
	})
}

function firstLine(error: unknown) {
	const message = error instanceof Object && "message" in error ? error.message : error
	return String(message).split("\n", 1)[0]
}
