import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { countTests, forgetTestResults } from "../src/count-tests.mjs"
import { readJson, root } from "../src/workspace.mjs"

let workspace = ""
beforeEach(() => {
	workspace = mkdtempSync(join(root, "tools/.count-tests-"))
	write("pnpm-workspace.yaml", "packages:\n  - packages/*\n  - tools\n\ncatalog:\n  - no/*\n")
	for (const folder of ["packages/a", "packages/b", "tools"]) {
		write(`${folder}/package.json`, JSON.stringify({ name: folder, scripts: { test: "vitest run" } }))
	}
})
afterEach(() => rmSync(workspace, { recursive: true }))

function write(file: string, text: string) {
	mkdirSync(dirname(join(workspace, file)), { recursive: true })
	writeFileSync(join(workspace, file), text)
}

it("sums the results of all packages, and counts one without results as a failure", () => {
	write(
		"packages/a/test-results.json",
		JSON.stringify({ passed: 3, failed: 1, skipped: 2, missing: { x: 1, y: 2 }, failures: ["test/a.test.ts > b: c"] }),
	)
	write(
		"tools/test-results.json",
		JSON.stringify({ passed: 4, failed: 0, skipped: 3, missing: { y: 3 }, failures: [] }),
	)
	write("packages/untested/package.json", JSON.stringify({ name: "untested" }))
	const failures = ["packages/a/test/a.test.ts > b: c", "packages/b left no results: its run did not reach the end"]
	expect(countTests(workspace)).toEqual({ passed: 7, failed: 2, skipped: 5, missing: { x: 1, y: 5 }, failures })
})

it("forgets results, so that old ones are not counted", () => {
	write("packages/a/test-results.json", JSON.stringify({ passed: 3, failed: 0, skipped: 0, missing: {}, failures: [] }))
	forgetTestResults(workspace)
	expect(existsSync(join(workspace, "packages/a/test-results.json"))).toBe(false)
	expect(countTests(workspace)).toMatchObject({ passed: 0, failed: 3 })
})

describe("the results of a run", () => {
	it("count tests that pass, fail and are skipped", () => {
		const code = 'it("a", () => {}); it("b", () => {}); it("c", () => { throw 1 }); it.skip("d", () => {})'
		expect(resultsOf({ "a.test.ts": code })).toMatchObject({
			passed: 2,
			failed: 1,
			skipped: 1,
			missing: { "what they do not state: a test is skipped by `needs` of packages/testing": 1 },
			failures: ["test/a.test.ts > c: 1"],
		})
	})

	it("count what skipped tests would have needed, of a test, of all of a describe, and of several", () => {
		const code = `
			const needs = (...missing) => ({ skip: true, meta: { missing } })
			it("a", needs("x"), () => {})
			it.each([1, 2])("b%i", { timeout: 9, ...needs("x", "y") }, () => {})
			describe.each([1, 2])("c%i", needs("y"), () => { it("d", () => {}); describe("e", () => { it("f", () => {}) }) })
			it("g", { meta: { missing: ["z"] } }, () => {})
		`
		expect(resultsOf({ "a.test.ts": code })).toMatchObject({ passed: 1, skipped: 7, missing: { x: 3, y: 6 } })
	})

	it("need nothing of tests that a failed hook kept from running", () => {
		const code = 'beforeAll(() => { throw 1 }); it("a", () => {})'
		expect(resultsOf({ "a.test.ts": code })).toMatchObject({ passed: 0, failed: 1, skipped: 1, missing: {} })
	})

	it("count a failure for each file that fails without a failing test", () => {
		const files = {
			"loads-nothing.test.ts": 'import "./missing.ts"; it("a", () => {})',
			"holds-nothing.test.ts": "it",
			"hook-throws.test.ts": 'afterAll(() => { throw 1 }); it("a", () => {})',
		}
		expect(resultsOf(files)).toMatchObject({
			passed: 1,
			failed: 3,
			skipped: 0,
			failures: [1, 2, 3].map(() => expect.any(String)),
		})
	})

	it("count a failure for each error outside of tests", () => {
		const files = {
			"throws-late.test.ts":
				'it("a", () => { setTimeout(() => { throw 1 }) }); it("b", () => new Promise((end) => setTimeout(end, 50)))',
			"worker-dies.test.ts": 'it("a", () => { process.kill(process.pid, "SIGKILL") })',
		}
		expect(resultsOf(files)).toMatchObject({
			passed: 2,
			failed: 2,
			skipped: 0,
			failures: [1, 2].map(() => expect.any(String)),
		})
	})
})

function resultsOf(files: Record<string, string>) {
	for (const [name, code] of Object.entries(files))
		write(
			`packages/a/test/${name}`,
			`import { afterAll, beforeAll, describe, it } from "vitest"\n[afterAll, beforeAll, describe]\n${code}\n`,
		)
	const vitest = join(root, "tools/node_modules/vitest/vitest.mjs")
	const args = [vitest, "run", "--config", join(root, "vitest.config.ts"), "--root", join(workspace, "packages/a")]
	spawnSync(process.execPath, args, { cwd: root })
	return readJson(join(workspace, "packages/a/test-results.json"))
}
