import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { demoDataFolder, demoModelFolder } from "@winnow/demo"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { checkPruning, inspect, profile, type Recipe } from "../src/index.ts"
import { runCommand } from "./run-command.ts"

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), "winnow-numbers-"))))
afterAll(() => rm(root, { recursive: true }))

const model = demoModelFolder()
const places = ["--task", "sst2", "--data", demoDataFolder()]

/** The one line and the exit code of a command that may not get as far as running the model. */
async function refusal(args: readonly string[]) {
	const { code, stdout, stderr } = await runCommand(args)
	expect(stdout).toBe("")
	expect(stderr.trimEnd()).not.toContain("\n")
	return { code, line: stderr.trimEnd() }
}

const dryRun = (flags: string) =>
	refusal(["prune", model, ...places, "--out", join(root, "out"), "--dry-run", ...flags.split(" ")])

describe("a number that cannot work is refused by the dry run", () => {
	test.each([
		["--macs 0", /macs must be a share to keep, above 0 and at most 1 \(was 0\)$/],
		["--macs 1.5", /macs must be a share to keep, above 0 and at most 1 \(was 1\.5\)$/],
		["--macs -0.5", /macs must be a share to keep, above 0 and at most 1 \(was -0\.5\)$/],
		["--macs NaN", /macs must be a share to keep, above 0 and at most 1 \(was "NaN"\)$/],
		["--macs 1e400", /macs must be a share to keep, above 0 and at most 1 \(was Infinity\)$/],
		["--macs 0.5,0.50", /macs must be shares that differ: each has a folder of its own \(was \[0\.5,0\.5\]\)$/],
		["--latency 0ms", /latency must be .* milliseconds above 0 like "12ms" \(was "0ms"\)$/],
		["--latency 0.000ms", /latency must be .* milliseconds above 0 like "12ms" \(was "0\.000ms"\)$/],
		["--latency -3ms", /latency must be .* milliseconds above 0 like "12ms" \(was "-3ms"\)$/],
		[`--latency ${"9".repeat(400)}ms`, /latency must be .* milliseconds above 0 like "12ms" \(was "9+\.\.\.\)$/],
		["--latency 12ms,12.0ms,12ms", /latency must be shares that differ/],
		["--speedup Infinity", /speedup must be a factor from 1 to 1000 \(was Infinity\)$/],
		["--speedup 0.5", /speedup must be a factor from 1 to 1000 \(was 0\.5\)$/],
		["--latency 0.5 --batch 0", /batch must be a positive whole number \(was 0\)$/],
		[
			"--latency 0.5 --length 64 --batch 1000000000",
			/batch must be what fits into memory: so many inputs of 64 tokens take [\d,]+ GiB, and [\d,]+ GiB are there \(was 1000000000\)$/,
		],
		["--latency 0.5 --length 1e6", /length must be at most \d+, the model's positions \(was 1000000\)$/],
		["--latency 0.5 --length 1.5", /length must be a positive whole number \(was 1\.5\)$/],
		["--max-drop 0", /must be a number of points above 0 and at most 100 \(was 0\)$/],
		["--max-drop Infinity", /must be a number of points above 0 and at most 100 \(was Infinity\)$/],
		["--macs 0.5 --samples 0", /samples must be a whole number from 1 to 10,000,000 \(was 0\)$/],
		["--macs 0.5 --samples 1e400", /samples must be a whole number from 1 to 10,000,000 \(was Infinity\)$/],
		["--macs 0.5 --samples 2.5", /samples must be a whole number from 1 to 10,000,000 \(was 2\.5\)$/],
		["--macs 0.5 --seed 9007199254740993", /seed must be a natural number below 2\^53 \(was 9007199254740992\)$/],
		["--macs 0.5 --seed -1", /seed must be a natural number below 2\^53 \(was -1\)$/],
		["--macs 0.5 --seed 0.5", /seed must be a natural number below 2\^53 \(was 0\.5\)$/],
		["--macs 0.5 --min-heads 99", /must be at most 4, the heads of the model's layers \(was 99\)$/],
		["--macs 0.5 --min-heads -1", /must be a natural number \(was -1\)$/],
		["--macs 0.5 --protect-layers 1,4", /must be layers from 0 to 3 \(was 4\)$/],
		["--latency 0.5 --protect-layers 99", /must be layers from 0 to 3 \(was 99\)$/],
		["--macs 0.5 --protect-layers 0.5", /must be the number of a layer, from 0 \(was 0\.5\)$/],
		["--macs 0.5 --protect-layers 0,1,2,3", /the budget must be at least 1 of the model's cost/],
		["--macs 0.5 --mu 0", /mu must be a damping above 0 and at most 1 \(was 0\)$/],
		["--macs 0.5 --lambda NaN", /lambda must be a damping above 0 and at most 1 \(was "NaN"\)$/],
		["--macs 0.5 --input-lambda 2", /must be a damping above 0 and at most 1 \(was 2\)$/],
		["--macs 0.5 --rounds 0", /rounds must be a whole number from 1 to 100 \(was 0\)$/],
		["--macs 0.5 --rounds 1e9", /rounds must be a whole number from 1 to 100 \(was 1000000000\)$/],
		["--macs 0.5 --memory 0", /memory must be a positive whole number \(was 0\)$/],
		[
			"--macs 0.5 --memory 1",
			/memory must be at least 5 MiB, what the statistics of the largest sublayer take \(was 1\)$/,
		],
		["--macs 0.5 --threads 0", /threads must be a whole number from 1 to 1024 \(was 0\)$/],
		["--macs 0.5 --threads 100000", /threads must be a whole number from 1 to 1024 \(was 100000\)$/],
		["--macs 0.5 --threads 1e400", /threads must be a whole number from 1 to 1024 \(was Infinity\)$/],
	])("%s", async (flags, expected) => {
		const { code, line } = await dryRun(flags)
		expect(line).toMatch(expected)
		expect([1, 2]).toContain(code)
	})

	test.each<[Partial<Recipe>, RegExp]>([
		[{ seed: Number.NaN }, /prune: seed must be a natural number below 2\^53 \(was NaN\)/],
		[{ macs: Number.POSITIVE_INFINITY }, /prune: macs must be a share to keep, above 0 and at most 1 \(was Infinity\)/],
		[{ minHeads: 99 }, /prune: minHeads must be at most 4, the heads of the model's layers \(was 99\)/],
		[{ memory: 1 }, /prune: memory must be at least 5 MiB/],
	])("and by the library, which names fields: %o", async (change, expected) => {
		const recipe = { model, task: "sst2", data: demoDataFolder(), out: join(root, "out"), macs: 0.5, ...change }
		await expect(checkPruning(recipe)).rejects.toThrow(expected)
	})
})

test("where nobody says how long inputs are, they are as long as the model takes, up to 128", async () => {
	const recipe = { model, task: "sst2", data: demoDataFolder(), out: join(root, "out"), latency: 0.5 }
	expect((await checkPruning(recipe)).length).toBe(64)
	expect((await inspect({ model })).macs.length).toBe(64)
	const reason = new Error("enough")
	const controller = new AbortController()
	const onProgress = ({ stage }: { stage: string }) => {
		expect(stage).toMatch(/^batch 1, length 64, /)
		controller.abort(reason)
	}
	await expect(profile({ model, threads: 1 }, { onProgress, signal: controller.signal })).rejects.toBe(reason)
	expect(controller.signal.aborted).toBe(true)
})

test("numbers that can work go on working", async () => {
	const flags = ["--seed", "9007199254740991", "--min-heads", "4", "--memory", "5", "--threads", "1", "--macs", "1"]
	const { code, stderr } = await runCommand([
		"prune",
		model,
		...places,
		"--out",
		join(root, "o"),
		"--dry-run",
		...flags,
	])
	expect([code, stderr]).toEqual([0, ""])
	const many = await runCommand(["evaluate", model, ...places, "--threads", "1024", "--json", "--quiet"])
	expect(many.code).toBe(0)
})

describe("other commands refuse them, too", () => {
	test.each([
		[
			["evaluate", model, ...places, "--threads", "-1"],
			/^evaluate: .*threads must be a whole number from 1 to 1024 \(was -1\)$/,
		],
		[["verify", "x", "--threads", "1.5"], /^verify: .*threads must be a whole number from 1 to 1024 \(was 1\.5\)$/],
		[["export", "x", "--out", "y", "--threads", "1e9"], /^export: .*threads must be a whole number from 1 to 1024/],
		[["inspect", model, "--length", "0"], /^inspect: .*length must be a positive number of tokens \(was 0\)$/],
		[
			["inspect", model, "--length", "1e400"],
			/^inspect: .*length must be a positive number of tokens \(was Infinity\)$/,
		],
		[
			["inspect", model, "--length", "1000"],
			/^inspect: .*length must be at most \d+, the model's positions \(was 1000\)$/,
		],
		[
			["profile", model, "--length", "1000"],
			/^profile: .*length must be at most \d+, the model's positions \(was 1000\)$/,
		],
		[["profile", model, "--batch", "1,0"], /^profile: .*batch.* must be a positive whole number/],
		[["profile", model, "--batch", "1e9"], /^profile: .*batch must be what fits into memory/],
		[["profile", model, "--threads", "1,2000"], /^profile: .*threads.* must be a whole number from 1 to 1024/],
	])("%o", async (args, expected) => {
		expect((await refusal(args)).line).toMatch(expected)
	})
})
