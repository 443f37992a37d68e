import { writeFile } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { flagOf, inFlags } from "../src/command/flag-names.ts"
import { checkPruning, evaluate, type Recipe } from "../src/index.ts"
import { didYouMean } from "../src/request/did-you-mean.ts"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(() => place.remove())

const places = () => ["--task", "sst2", "--data", place.data, "--out", place.path("out"), "--dry-run"]
const pruning = (...flags: string[]) => runCommand(["prune", place.model, ...places(), ...flags])

async function withFile(recipe: object, ...flags: string[]) {
	await writeFile(place.path("half.json"), JSON.stringify(recipe))
	const { code, stderr } = await pruning("--recipe", place.path("half.json"), ...flags)
	return { code, line: stderr.trimEnd().replaceAll(place.root, "ROOT") }
}

describe("the command names flags", () => {
	test.each([
		[["--max-drop", "1"], "rows that --max-drop can judge on must be at least 200, or --few-rows given (was 32)"],
		[
			["--macs", "0.5", "--min-heads", "9"],
			"prune: --min-heads must be at most 4, the heads of the model's layers (was 9)",
		],
		[
			["--macs", "0.5", "--latency", "1"],
			"prune: --latency must be absent where --macs says how large the model may be (was 1)",
		],
		[["--macs", "0.5", "--rearrange", "once"], "prune: --rearrange must be none with --importance kfac (was once)"],
		[
			["--macs", "0.5", "--text-column", "a"],
			'prune: --text-column must be absent with the task sst2, whose files say so (was ["a"])',
		],
		[["--macs", "0.5", "--protect-layers", "7"], "prune: --protect-layers must be layers from 0 to 1 (was 7)"],
		[[], "prune: --macs, --latency, --speedup or --max-drop must be given (was missing)"],
		[["--macs", "0.5,7"], "prune: --macs must be a share to keep, above 0 and at most 1 (was 7)"],
		[["--macs", "0.5", "--samples", "9999"], "note: "],
	])("%o", async (flags, expected) => {
		const { stderr } = await pruning(...flags)
		expect(stderr).toContain(expected)
		expect(stderr).not.toContain("`")
		expect(stderr).not.toMatch(/maxDrop|minHeads|textColumn|protectLayers|fewRows/)
	})

	test("and what stands before them", async () => {
		const { stderr } = await runCommand(["prune", "--task", "sst2", "--data", "d", "--out", "o", "--macs", "0.5"])
		expect(stderr).toMatch(/^prune: <model> must be the model's folder.* \(was missing\)\n$/)
		const bare = await runCommand(["prune", "--macs", "0.5"])
		expect(bare.stderr).toMatch(/^prune: --data must be .* \(was missing, and so are <model> and --out\)\n$/)
		const vague = await runCommand(["prune", "model", "--data", "d", "--out", "o", "--macs", "0.5"])
		expect(vague.stderr).toMatch(/^prune: --task must be .*, or --text-column given instead \(was missing\)\n$/)
	})
})

describe("the library names fields", () => {
	test.each<[Partial<Recipe>, string]>([
		[{ macs: 0.5, minHeads: 9 }, "prune: minHeads must be at most 4"],
		[{ maxDrop: 1 }, "rows that `maxDrop` can judge on must be at least 200, or `fewRows` given (was 32)"],
		[{ macs: 0.5, maxDrop: 1 }, "prune: maxDrop must be absent where `macs` says how large the model may be (was 1)"],
	])("%o", async (change, expected) => {
		const recipe = { model: place.model, data: place.data, task: "sst2", out: place.path("out"), ...change }
		await expect(checkPruning(recipe)).rejects.toThrow(expected)
	})
})

describe("what a recipe file says wrong is named with the file", () => {
	test.each<[object, string[], code: number, RegExp]>([
		[{ macs: "half" }, [], 2, /^ROOT\/half\.json: macs must be a share to keep, .* \(was "half"\)$/],
		[{ minHeads: 9 }, ["--macs", "0.5"], 1, /^ROOT\/half\.json: minHeads must be at most 4, /],
		[{ macs: 0.5, maxDrop: 1 }, [], 2, /^ROOT\/half\.json: maxDrop must be absent where "macs" says /],
		[
			{ maxdrop: 1 },
			[],
			2,
			/^ROOT\/half\.json: every field must be one of .* \(was maxdrop; did you mean maxDrop\?\)$/,
		],
		// The flag wins, and is what is wrong.
		[{ macs: 0.5 }, ["--macs", "7"], 2, /^prune: --macs must be .* \(was 7\)$/],
	])("%j with %o", async (recipe, flags, code, expected) => {
		const refused = await withFile(recipe, ...flags)
		expect(refused.line).toMatch(expected)
		expect(refused.code).toBe(code)
	})
})

describe("a slip of the finger is answered by what was meant", () => {
	test.each([
		[["prune", "m", "--max-drp", "1"], "unknown option '--max-drp' (Did you mean --max-drop?)"],
		[["evalute", "m"], "unknown command 'evalute' (Did you mean evaluate?)"],
		[["prune", "m", "--task", "sts2"], "(was sts2; did you mean sst2?)"],
		[
			["prune", "m", "--preset", "winow"],
			'--preset must be "kwon2022" or "winnow" (was "winow"; did you mean winnow?)',
		],
		[["prune", "m", "--formats", "fp32,fp61"], '(was "fp61"; did you mean fp16?)'],
		[
			["export", "m", "--out", "o", "--formats", "fp34"],
			'export: --formats must be "fp16", "fp32" or "int8" (was "fp34"; did you mean fp32?)',
		],
		[["prune", "m", "--importance", "kfca"], '(was "kfca"; did you mean kfac?)'],
		[["evaluate", "m", "--task", "sst2", "--data", "d", "--runtime", "onyx"], '(was "onyx"; did you mean onnx?)'],
	])("%o", async (args, expected) => {
		const others = args[0] === "prune" ? ["--data", "d", "--out", "o", "--macs", "0.5"] : []
		const { code, stderr } = await runCommand([...args, ...others])
		expect(stderr).toContain(expected)
		expect(code).toBe(2)
	})

	test("in a field of the library, too", async () => {
		const request = { model: place.model, task: "sst2", data: place.data, splt: "train" }
		await expect(evaluate(request)).rejects.toThrow(
			/^evaluate: every field must be .* \(was splt; did you mean split\?\)$/,
		)
	})

	test("but not where nothing is near", () => {
		expect(didYouMean("imdb", ["sst2", "mrpc"])).toBe("imdb")
		expect(didYouMean("x", ["y"])).toBe("x")
		expect(didYouMean("max-drop", ["maxDrop", "macs"])).toBe("max-drop; did you mean maxDrop?")
		expect(didYouMean("anything", [])).toBe("anything")
		expect(didYouMean("", ["", "a"])).toBe("")
	})
})

test("every field of a recipe that a message may name is a flag of prune", async () => {
	const { stdout } = await runCommand(["prune", "--help"])
	const named = inFlags("`maxDrop` `sampleIndices` `textColumns` `none` `inputRepair`")
	expect(named).toBe("--max-drop --sample-indices --text-column `none` inputRepair")
	for (const field of ["maxDrop", "fewRows", "sampleIndices", "inputLambda", "latencyTable", "labels", "textColumns"]) {
		expect(stdout).toContain(`  ${flagOf(field)} `)
	}
})
