import { expect, it } from "vitest"
import { explainFailure } from "../src/explain-failure.mjs"

it.each([
	[
		"npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/pnpm failed",
		"set-up: the npm registry must be reachable the first time (was ENOTFOUND)",
	],
	[
		" ERR_PNPM_META_FETCH_FAIL  GET https://registry.npmjs.org/vitest: request failed",
		"set-up: the npm registry must be reachable the first time (was ERR_PNPM_META_FETCH_FAIL)",
	],
	[
		" ENOSPC  ENOSPC: no space left on device, copyfile 'a' -> 'b'",
		"set-up: the disk must have room (about 1 GB) (was ENOSPC)",
	],
	["something new", "set-up: dependencies must install (was)\nsomething new"],
])("explains %j in one line", (output, line) => {
	expect(explainFailure(output)).toBe(line)
})
