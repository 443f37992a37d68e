import type { PruneResult } from "./prune-result.ts"
import { count } from "./quantities.ts"

/** What the guide was measured on, as reports name it: `700 samples of the test split`; undefined where it was not measured. */
export function guideWords({ samples, source }: PruneResult["guide"]): string | undefined {
	if (source === null) return undefined
	const words = {
		test: "of the test split",
		rest: "not calibrated on",
		"held-back": "kept back",
		calibration: "that were calibrated on",
	}
	return `${count(samples)} samples ${words[source]}`
}
