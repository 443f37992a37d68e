import { existsSync } from "node:fs"
import type { TestOptions } from "vitest"
import { modelVariable } from "./installed-model.ts"
import { isSharedRead } from "./shared-file.ts"

/** What a test may need that a clone does not have: whether it is there, and what brings it. */
interface Need {
	readonly isMet: boolean
	readonly bring: string
}

const libtensorflow = new URL(
	"../../../node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node",
	import.meta.url,
)

const found = (variable: string) => (process.env[variable] ?? "none") !== "none"

const known = {
	// Where it is asked for but missing, tests run and fail.
	shared: {
		isMet: isSharedRead(),
		bring: "the folder `shared`, which is not published (docs/CONTRIBUTING.md)",
	},
	python: { isMet: found("WINNOW_PYTHON"), bring: "PyTorch and Transformers: npm run install-python" },
	chromium: { isMet: found("WINNOW_CHROMIUM"), bring: "Chromium: npm run install-chromium" },
	actionlint: { isMet: found("WINNOW_ACTIONLINT"), bring: "actionlint: npm run install-actionlint" },
	libtensorflow: { isMet: existsSync(libtensorflow), bring: "TensorFlow's library: npm run install-libtensorflow" },
	"all-minilm-l6-v2": {
		isMet: found(modelVariable("all-minilm-l6-v2")),
		bring: "all-MiniLM-L6-v2: npm run install-models",
	},
	"a POSIX system": { isMet: process.platform !== "win32", bring: "a POSIX system" },
	Linux: { isMet: process.platform === "linux", bring: "Linux" },
	"an unprivileged user": {
		isMet: (process.getuid?.() ?? 0) !== 0,
		bring: "a POSIX system, and a user other than root",
	},
} satisfies Record<string, Need>

type NeedName = keyof typeof known

/**
 * Options of `test` and `describe`, also behind `each`: skips where something that they need is missing, and says what.
 *
 *     test("agrees with PyTorch", needs("python"), async () => ...)
 *     describe("of a real model", needs("shared", "python"), () => ...)
 *
 * The body of a `describe` is called to find its tests, also when these are skipped: what it reads, it reads in a hook.
 */
export function needs(...names: readonly NeedName[]): Pick<TestOptions, "skip" | "meta"> {
	const missing = names.map((name) => known[name]).filter(({ isMet }) => !isMet)
	if (missing.length === 0) return {}
	// For the last lines of `npm test`: the reporter sums it.
	const meta: object = { missing: missing.map(({ bring }) => bring) }
	return { skip: true, meta }
}
