import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { readJson, root } from "../src/workspace.mjs"
import { standInWorkspace } from "./stand-in-workspace.ts"

const { folder, remove } = standInWorkspace(`
	console.log(JSON.stringify({ args: process.argv.slice(2), here: process.cwd() }))
	process.exitCode = Number(process.env.STAND_IN_EXITS ?? 0)
`)
afterAll(remove)

function start(env: NodeJS.ProcessEnv = {}) {
	const args = [join(folder, "tools/run.mjs"), "start"]
	return spawnSync(process.execPath, args, { cwd: tmpdir(), env: { ...process.env, ...env }, encoding: "utf8" })
}

it("is what npm start runs", () => {
	expect(readJson(join(root, "package.json")).scripts.start).toBe("node tools/run.mjs start")
})

it("prunes the demo model to half its MACs, in the repository wherever it is started", () => {
	const { stdout, status } = start()
	const { args, here } = JSON.parse(stdout.split("\n").find((line) => line.startsWith("{")) ?? "")
	expect([here, status]).toEqual([folder, 0])
	expect(args.slice(0, 2)).toEqual(["prune", "packages/demo/model"])
	expect(args.join(" ")).toContain("--data packages/demo/data --macs 0.5 --out out/demo")
})

it("says that the data are synthetic, and after the result what to type next", () => {
	const [before, after] = start().stdout.split(/^\{.*\}$/m)
	expect(before).toContain("synthetic")
	for (const next of ["evaluate out/demo", "verify out/demo", "prune path/to/model"])
		expect(after).toContain(`npx winnow ${next}`)
})

it("exits as the command does, and suggests nothing when that fails", () => {
	const { stdout, status } = start({ STAND_IN_EXITS: "1" })
	expect(status).toBe(1)
	expect(stdout).not.toContain("npx winnow")
})
