import { readFile, writeFile } from "node:fs/promises"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(() => place.remove())

const pruning = (...flags: string[]) => {
	const named = ["--task", "sst2", "--data", place.data, "--samples", "16", "--out", place.path("out")]
	return ["prune", place.model, ...named, ...flags]
}
const winnowJson = () => readFile(place.path("out", "winnow.json"), "utf8")

describe("prune", () => {
	test("prints tables on stdout and a line a stage on stderr", async () => {
		const { code, stdout, stderr } = await runCommand(pruning("--macs", "0.5"))
		expect(code).toBe(0)
		for (const part of ["accuracy", "MACs at 25.16 tokens", "heads", "neurons", "repaired: ", "peak MiB"]) {
			expect(stdout).toContain(part)
		}
		const stages = stderr.trimEnd().split("\n")
		expect(stages.map((line) => line.split(":")[0])).toEqual([
			"dense score",
			"dense logits",
			"statistics",
			"removal curves",
			"mask search",
			"mask tuning",
			"pruned logits",
			"pruned score",
			"forward time",
			"verification",
		])
	})

	test("prints a line a share of a family, and with --json a list", async () => {
		const { code, stdout } = await runCommand(pruning("--macs", "0.7,0.4", "--quiet"))
		expect(code).toBe(0)
		expect(stdout).toMatch(/^0\.7 .*\n0\.4 /m)
		const json = await runCommand(pruning("--macs", "0.7,0.4", "--quiet", "--json"))
		expect(JSON.parse(json.stdout).map(({ recipe }: { recipe: { macs: number } }) => recipe.macs)).toEqual([0.7, 0.4])
	})

	test("takes every choice of the method as a flag", async () => {
		const flags = "--importance fisher --loss task --mu 0.1 --widths uniform --rearrange once --repair projection"
		const more = "--no-input-repair --lambda 0.1 --input-lambda 0.2 --rounds 2 --min-heads 1 --protect-layers 0,1"
		const { stdout } = await runCommand(pruning("--macs", "1", "--dry-run", ...flags.split(" "), ...more.split(" ")))
		expect(JSON.parse(stdout)).toMatchObject({
			importance: "fisher",
			loss: "task",
			mu: 0.1,
			widths: "uniform",
			rearrange: "once",
			repair: "projection",
			inputRepair: false,
			lambda: 0.1,
			inputLambda: 0.2,
			rounds: 2,
			minHeads: 1,
			protectLayers: [0, 1],
		})
	})

	test("prunes on texts alone, and for a largest drop", async () => {
		const texts = ["prune", place.model, "--data", place.path("data", "train.tsv"), "--text-column", "sentence"]
		const sizes = ["--samples", "16", "--quiet", "--macs", "0.5", "--out", place.path("texts")]
		const alone = await runCommand([...texts, ...sizes])
		expect(alone.stdout).toMatch(/^model on texts /)
		const drop = await runCommand(pruning("--max-drop", "50", "--few-rows", "--json", "--quiet"))
		expect(JSON.parse(drop.stdout).maxDrop.points).toBe(50)
	})

	test("--json prints winnow.json, --quiet nothing else", async () => {
		const { code, stdout, stderr } = await runCommand(pruning("--macs", "0.5", "--json", "--quiet"))
		expect(code).toBe(0)
		expect(stderr).toBe("")
		expect(stdout).toBe(await winnowJson())
	})

	test("--dry-run prints the resolved recipe and writes nothing", async () => {
		const before = await place.listing()
		const { code, stdout, stderr } = await runCommand(pruning("--macs", "0.5", "--threads", "1", "--dry-run"))
		expect(code).toBe(0)
		expect(stderr).toBe("")
		expect(JSON.parse(stdout)).toMatchObject({ model: place.model, macs: 0.5, samples: 16, seed: 0, threads: 1 })
		expect(await place.listing()).toEqual(before)
	})

	test("takes a recipe file; flags win over it", async () => {
		await writeFile(place.path("recipe.json"), JSON.stringify({ macs: 0.9, seed: 7, rearrange: "none" }))
		const flags = pruning("--recipe", place.path("recipe.json"), "--macs", "0.4", "--dry-run")
		const { stdout } = await runCommand(flags)
		expect(JSON.parse(stdout)).toMatchObject({ macs: 0.4, seed: 7, rearrange: "none" })
	})

	test("makes the same model again from the recipe that a result records", async () => {
		await runCommand(pruning("--macs", "0.4", "--seed", "3", "--quiet"))
		const first = JSON.parse(await winnowJson())
		await writeFile(place.path("recipe.json"), JSON.stringify(first.recipe))
		const args = ["--recipe", place.path("recipe.json"), "--data", place.data, "--out", place.path("out"), "--quiet"]
		expect((await runCommand(["prune", place.model, ...args])).code).toBe(0)
		const again = JSON.parse(await winnowJson())
		expect(again.kept).toEqual(first.kept)
		expect(again.recipe).toEqual(first.recipe)
	})

	test("ends with code 3 when the paper's search exceeds the budget", async () => {
		const { code, stderr } = await runCommand(
			pruning("--macs", "0.01", "--preset", "kwon2022", "--strict-reference", "--quiet"),
		)
		expect(stderr).toMatch(
			/^over the budget: [\d.]+ % of the multiply-accumulates are left, 1\.00 % were asked for\n.*the exit code is 3\n$/,
		)
		const { macs } = JSON.parse(await winnowJson())
		expect(macs.share).toBeGreaterThan(0.01)
		expect(code).toBe(3)
	})

	test("ends with code 130 and nothing written when it is interrupted", async () => {
		const before = await place.listing()
		const controller = new AbortController()
		setTimeout(() => controller.abort(), 50)
		const { code, stdout, stderr } = await runCommand(pruning("--macs", "0.5"), { signal: controller.signal })
		expect(code).toBe(130)
		expect(stdout).toBe("")
		expect(stderr.trimEnd().split("\n").at(-1)).toBe("interrupted: what was not finished is not written")
		expect(await place.listing()).toEqual(before)
	})
})

describe("evaluate", () => {
	const evaluating = (...flags: string[]) => ["evaluate", place.model, "--task", "sst2", "--data", place.data, ...flags]

	test("prints the metrics to four digits in one line", async () => {
		const { code, stdout } = await runCommand(evaluating())
		expect(code).toBe(0)
		expect(stdout).toMatch(/^model on sst2 dev: accuracy 0\.\d{4} \(32 samples, [\d.]+ s\)\n$/)
	})

	test("scores another split, as JSON", async () => {
		const { stdout } = await runCommand(evaluating("--split", "train", "--json", "--quiet"))
		expect(JSON.parse(stdout)).toMatchObject({
			schema: "winnow-evaluation/1",
			task: "sst2",
			split: "train",
			samples: 64,
		})
	})

	test("fails with code 1 for a split that is not there", async () => {
		const { code, stderr } = await runCommand(evaluating("--split", "test"))
		expect(code).toBe(1)
		expect(stderr).toMatch(/^.*data: the test split of sst2 must be .* \(was missing\)\n$/)
	})
})

describe("inspect", () => {
	test("prints layers, units, parameters and MACs", async () => {
		const { code, stdout, stderr } = await runCommand(["inspect", place.model, "--length", "25.5"])
		expect(code).toBe(0)
		expect(stderr).toBe("")
		expect(stdout).toContain("for a sample of 25.5 tokens")
		expect(stdout).toMatch(/^layer +heads +neurons +MACs\n0 +4 +64 +\S+ k\n1 +4 +64 +\S+ k\n$/m)
	})

	test("--json counts every number of the model", async () => {
		const { stdout } = await runCommand(["inspect", place.model, "--json"])
		const inspection = JSON.parse(stdout)
		// 4 bytes each, behind a header.
		expect(Math.floor(inspection.model.bytes / 4)).toBeGreaterThanOrEqual(inspection.parameters)
		expect(inspection.model.bytes - 4 * inspection.parameters).toBeLessThan(10_000)
		expect(inspection).toMatchObject({ hidden: 32, headSize: 8, logits: 2, labels: ["negative", "positive"] })
	})
})

test("--version prints the version of the package", async () => {
	const { version } = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"))
	expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" })
})

test.each([["--help"], ["prune", "--help"], ["evaluate", "--help"], ["inspect", "--help"]])(
	"%s %s shows an example",
	async (...args) => {
		const { code, stdout, stderr } = await runCommand(args.filter((arg) => arg !== undefined))
		expect(code).toBe(0)
		expect(stderr).toBe("")
		expect(stdout).toMatch(/Examples?:\n {2}\$ winnow/)
	},
)
