import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { temporaryFolder } from "../src/temporary-folder.ts"

const folder = temporaryFolder()
beforeEach(() => {
	vi.resetModules()
})
afterEach(() => {
	vi.unstubAllEnvs()
})

/** As the files that ask for it load it: what is there does not change while they run. */
async function fresh(env: Record<string, string>): Promise<typeof import("../src/index.ts")> {
	for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
	return import("../src/index.ts")
}

test("nothing is skipped where everything is there", async () => {
	const { needs, installedModel } = await fresh({ WINNOW_PYTHON: "/p", WINNOW_MODEL_ALL_MINILM_L6_V2: "/m" })
	expect(needs("python", "all-minilm-l6-v2")).toEqual({})
	expect(installedModel("all-minilm-l6-v2")).toBe("/m")
})

test("what is missing is said, with what brings it", async () => {
	const { needs, installedModel } = await fresh({
		WINNOW_PYTHON: "none",
		WINNOW_CHROMIUM: "/c",
		WINNOW_MODEL_ALL_MINILM_L6_V2: "none",
	})
	expect(needs("chromium", "python", "all-minilm-l6-v2")).toEqual({
		skip: true,
		meta: {
			missing: ["PyTorch and Transformers: npm run install-python", "all-MiniLM-L6-v2: npm run install-models"],
		},
	})
	expect(() => installedModel("all-minilm-l6-v2")).toThrow(
		"all-minilm-l6-v2 is missing: set WINNOW_MODEL_ALL_MINILM_L6_V2 to what `pnpm install-models` prints",
	)
})

test("where WINNOW_SHARED names a folder, tests run, and fail when a file is missing there", async () => {
	for (const name of ["data", "goldens", "models"]) mkdirSync(join(folder(), name))
	const { needs, sharedFile } = await fresh({ WINNOW_SHARED: folder() })
	expect(needs("shared")).toEqual({})
	expect(fileURLToPath(sharedFile("models"))).toBe(join(folder(), "models"))
	expect(() => sharedFile("models/none")).toThrow(
		`${join(folder(), "models/none")} is missing: set WINNOW_SHARED to the folder that holds models/none`,
	)
	vi.resetModules()
	expect((await fresh({ WINNOW_SHARED: join(folder(), "none") })).needs("shared")).toEqual({})
})

test("`required` means the folder beside the repository, and that tests run whether or not it is there", async () => {
	const { needs, sharedFile } = await fresh({ WINNOW_SHARED: "required" })
	expect(needs("shared")).toEqual({})
	expect(() => sharedFile("no such file")).toThrow(/shared.no such file is missing/)
})

test("a folder `shared` that holds something else is not the one that is meant", async () => {
	const { isSharedThere } = await import("../src/shared-file.ts")
	expect(isSharedThere(folder())).toBe(false)
	for (const name of ["data", "goldens", "models"]) mkdirSync(join(folder(), name))
	expect(isSharedThere(folder())).toBe(true)
})
