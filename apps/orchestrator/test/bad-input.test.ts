import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { runCommand } from "./run-command.ts"
import { changeConfig, changeHeader, changeWeights } from "./spoil-model.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(async () => {
	vi.unstubAllEnvs()
	await place.remove()
})

/** Arguments that differ from those of a run that works. */
interface Change {
	readonly model?: string
	readonly task?: string
	readonly macs?: string
	readonly samples?: string
	readonly out?: string
	readonly flags?: readonly string[]
}

type Spoil = () => Promise<Change | unknown>

/** Prunes what was spoilt: the exit code and the one line on stderr, `ROOT` for the temporary folder. Nothing may be written. */
async function refusal(spoil: Spoil): Promise<{ code: number; line: string }> {
	const { model = place.model, flags = [], ...changed } = ((await spoil()) ?? {}) as Change
	const named = { task: "sst2", data: place.data, macs: "0.5", samples: "8", out: place.path("out"), ...changed }
	const before = await place.listing()
	const args = Object.entries(named).flatMap(([name, value]) => [`--${name}`, value])
	const { code, stdout, stderr } = await runCommand(["prune", model, ...args, ...flags])
	expect(stdout).toBe("")
	expect(stderr.indexOf("\n")).toBe(stderr.length - 1)
	expect(await place.listing()).toEqual(before)
	return { code, line: stderr.trimEnd().replaceAll(place.root, "ROOT") }
}

async function expectFailure(spoil: Spoil, expected: RegExp): Promise<void> {
	const { code, line } = await refusal(spoil)
	expect(line).toMatch(expected)
	expect(code).toBe(1)
}

const weights = () => join(place.model, "model.safetensors")
const bias = "classifier.bias"

describe("a model folder", () => {
	test.each<[string, Spoil, RegExp]>([
		["that is not there", async () => ({ model: place.path("none") }), /^ROOT\/none: .*\(was missing\)$/],
		[
			"that is a name on the Hub, which is not to be asked,",
			async () => {
				vi.stubEnv("HF_HUB_OFFLINE", "1")
				vi.stubEnv("HF_HUB_CACHE", place.path("none"))
				return { model: "google-bert/bert-base" }
			},
			/^google-bert\/bert-base: revision main must be in ROOT\/none.*HF_HUB_OFFLINE is set.*\(was not there\)$/,
		],
		[
			"without config.json",
			() => rm(join(place.model, "config.json")),
			/^ROOT\/model: config\.json .*\(was missing\)$/,
		],
		[
			"with a pickle for weights",
			() => rename(weights(), join(place.model, "pytorch_model.bin")),
			/^ROOT\/model: pytorch_model\.bin .*convert/,
		],
		[
			"with nothing but an adapter",
			async () => {
				await rename(weights(), join(place.model, "adapter_model.safetensors"))
				await rm(join(place.model, "config.json"))
			},
			/^ROOT\/model: .*adapter.*merge/,
		],
		["without a tokenizer", () => rm(join(place.model, "vocab.txt")), /tokenizer\.json.*vocab\.txt.*ROOT\/model/],
		[
			"with a tokenizer larger than the embeddings",
			async () => {
				const path = join(place.model, "vocab.txt")
				await writeFile(path, `${await readFile(path, "utf8")}more\n`)
			},
			/^ROOT\/model: the tokenizer's vocabulary must be at most 30, the model's embeddings \(was 31\)$/,
		],
	])("%s is refused", (_, spoil, line) => expectFailure(spoil, line))
})

describe("a configuration", () => {
	test.each<[string, object, RegExp]>([
		["of another model type", { model_type: "gpt2" }, /config\.json: model_type must be .*bert.* \(was gpt2\)$/],
		["of a decoder", { is_decoder: true }, /config\.json: .*decoder/],
		["with another activation", { hidden_act: "gelu_new" }, /config\.json: hidden_act .* \(was gelu_new\)$/],
		[
			"with another position scheme",
			{ position_embedding_type: "relative_key" },
			/position_embedding_type .*relative_key/,
		],
		[
			"with the labels of another task",
			{ id2label: { 0: "cat", 1: "dog" }, label2id: { cat: 0, dog: 1 } },
			/^sst2: the model's labels must be negative, positive.* \(was cat, dog\)$/,
		],
	])("%s is refused", (_, change, line) => expectFailure(() => changeConfig(place.model, change), line))

	test("with as many logits as the task has not is refused", () =>
		expectFailure(async () => ({ task: "stsb" }), /^stsb: .*logits must be 1 \(was 2\)$/))
})

describe("a weight file", () => {
	const file = "ROOT/model/model.safetensors"
	test.each<[string, Spoil, RegExp]>([
		[
			"whose header is longer than itself",
			() =>
				changeWeights(place.model, (bytes) => {
					bytes.writeBigUInt64LE(10_000_000n)
					return bytes
				}),
			/the header must be within the file/,
		],
		[
			"that was cut short",
			() => changeWeights(place.model, (bytes) => bytes.subarray(0, -100)),
			/must be within the file/,
		],
		[
			"with overlapping ranges",
			() => changeHeader(place.model, bias, { data_offsets: [4, 12] }),
			/classifier\.bias.*overlap/,
		],
		[
			"with bytes that belong to no tensor",
			() => changeWeights(place.model, (bytes) => Buffer.concat([bytes, Buffer.alloc(4)])),
			/the data must be \d+ bytes long/,
		],
		[
			"with a shape that is not its size",
			() => changeHeader(place.model, bias, { shape: [3] }),
			/classifier\.bias.*12 bytes/,
		],
		[
			"with a weight that is no number",
			() => changeWeights(place.model, withNaN),
			/element \d+ of tensor .*\(was NaN\)$/,
		],
	])("%s is refused", (_, spoil, line) => expectFailure(spoil, new RegExp(`^${file}: .*${line.source}`)))

	test("whose index names a shard outside the folder is refused", () =>
		expectFailure(async () => {
			await rm(weights())
			const index = JSON.stringify({ weight_map: { [bias]: "../model.safetensors" } })
			await writeFile(join(place.model, "model.safetensors.index.json"), index)
		}, /index\.json: the shard of tensor "classifier\.bias" .*\.\.\/model\.safetensors/))
})

/** The last four bytes of the file are a float32. */
function withNaN(bytes: Buffer): Buffer {
	bytes.writeFloatLE(Number.NaN, bytes.length - 4)
	return bytes
}

describe("data", () => {
	const write = (split: string, ...lines: string[]) => writeFile(join(place.data, `${split}.tsv`), lines.join("\n"))
	const listing = (rows: string) => async () => {
		await writeFile(place.path("rows.json"), rows)
		return { flags: ["--sample-indices", place.path("rows.json")] }
	}
	test.each<[string, Spoil, RegExp]>([
		["without a split", () => rm(join(place.data, "dev.tsv")), /^ROOT\/data: the dev split.* \(was missing\)$/],
		[
			"without a row",
			() => write("train", "sentence\tlabel", ""),
			/train\.tsv: rows of data must be at least 1 \(was 0\)$/,
		],
		["without a byte", () => write("train", ""), /train\.tsv: rows of data must be at least 1 \(was 0\)$/],
		[
			"without a column",
			() => write("train", "text\tlabel", "a film\t1"),
			/train\.tsv: .*sentence \(was text, label\)$/,
		],
		[
			"with an unknown label",
			() => write("dev", "sentence\tlabel", "a film\tso"),
			/dev\.tsv row 0.*label.*\(was so\)$/,
		],
		["with a hidden label", () => write("dev", "sentence\tlabel", "a film\t-1"), /dev\.tsv row 0.*label.*\(was -1\)$/],
		[
			"with too few rows",
			() => write("train", "sentence\tlabel", "a film\t1", "a good film\t0"),
			/train\.tsv: rows to draw from must be at least 16 \(was 2\)$/,
		],
		["with a list of rows that is none", listing('{"rows": [1]}'), /^ROOT\/rows\.json: the sample must be/],
		["with a list of rows that are not there", listing("[1, 64]"), /^ROOT\/rows\.json: sample index 1 .*\(was 64\)$/],
	])("%s are refused", (_, spoil, line) => expectFailure(spoil, line))
})

describe("an output folder", () => {
	test.each<[string, Spoil, RegExp]>([
		[
			"that cannot be made",
			async () => {
				await writeFile(place.path("file"), "")
				return { out: place.path("file", "out") }
			},
			/^ROOT\/file\/out: the output folder must be .*\(was .*file.*\)$/,
		],
		[
			"that holds something else",
			async () => {
				await mkdir(place.path("taken"))
				await writeFile(place.path("taken", "thesis.txt"), "")
				return { out: place.path("taken") }
			},
			/^ROOT\/taken: the output folder must be new, empty or an earlier output \(was .*\)$/,
		],
		[
			"in the model's",
			async () => ({ out: join(place.model, "slim") }),
			/^ROOT\/model\/slim: the output folder must be outside the model's \(was ROOT\/model\)$/,
		],
		[
			"that is the model's own",
			async () => {
				await writeFile(join(place.model, "winnow.json"), "{}")
				return { out: place.model }
			},
			/^ROOT\/model: the output folder must be outside the model's/,
		],
		[
			"with the data in it",
			async () => {
				await writeFile(place.path("data", "winnow.json"), "{}")
				return { out: place.data }
			},
			/^ROOT\/data: the output folder must be without the data in it/,
		],
	])("%s is refused", (_, spoil, line) => expectFailure(spoil, line))
})

test("a budget below the price of any unit is infeasible, and the smallest feasible one is named", async () => {
	const { line } = await refusal(async () => ({ macs: "0.0001" }))
	const smallest = /^mask search: the budget must be at least (0\.\d+) of the model's cost \(was 0\.0001\)$/.exec(
		line,
	)?.[1]
	const args = ["--task", "sst2", "--data", place.data, "--samples", "8", "--out", place.path("out"), "--quiet"]
	const { code, stderr } = await runCommand(["prune", place.model, "--macs", smallest!, ...args])
	expect(stderr).toBe("")
	expect(code).toBe(0)
})

describe("usage", () => {
	const recipe = (text: string) => async () => {
		await writeFile(place.path("recipe.json"), text)
		return { flags: ["--recipe", place.path("recipe.json")] }
	}
	const budget = (was: string) =>
		new RegExp(`^prune: --macs must be a share to keep, above 0 and at most 1 \\(was ${was}\\)$`)
	test.each<[string, Spoil, RegExp]>([
		["a budget of 0", async () => ({ macs: "0" }), budget("0")],
		["a budget above 1", async () => ({ macs: "1.5" }), budget("1.5")],
		["a budget that is no number", async () => ({ macs: "abc" }), budget('"abc"')],
		["a task that is unknown", async () => ({ task: "imdb" }), /^prune: --task must be one of .*sst2.* \(was imdb\)$/],
		[
			"an unknown flag",
			async () => ({ flags: ["--macks", "1"] }),
			/^winnow: unknown option '--macks' \(Did you mean --macs\?\)$/,
		],
		["an argument too many", async () => ({ flags: ["more"] }), /^winnow: too many arguments/],
		["a recipe that is missing", async () => ({ flags: ["--recipe", "none.json"] }), /^none\.json: .*\(was missing\)$/],
		["a recipe that is no JSON", recipe("{\n"), /^ROOT\/recipe\.json: the file must be JSON \(was not: /],
		["a recipe that is a list", recipe("[]"), /^ROOT\/recipe\.json: the file must be a JSON object \(was a list\)$/],
		[
			"a recipe with an unknown field",
			recipe('{"sample": 8}'),
			/^ROOT\/recipe\.json: every field .*\(was sample; did you mean samples\?\)$/,
		],
		[
			"a recipe with a bad value",
			recipe('{"seed": "x"}'),
			/^ROOT\/recipe\.json: seed must be a natural number below 2\^53 \(was "x"\)$/,
		],
		[
			"a whole budget for the paper's code",
			async () => ({ macs: "1", flags: ["--preset", "kwon2022", "--strict-reference"] }),
			/^prune: --macs must be below 1 with --strict-reference \(was 1\)$/,
		],
	])("%s ends with code 2", async (_, spoil, expected) => {
		const { code, line } = await refusal(spoil)
		expect(line).toMatch(expected)
		expect(code).toBe(2)
	})

	test.each([
		[[], /^winnow: a command must be given/],
		[["prone"], /^winnow: unknown command 'prone' \(Did you mean prune\?\)$/],
		[
			["prune", "model"],
			/^prune: --data must be the folder or file of the task's data, or a file of texts \(was missing, and so is --out, and one of --macs, --latency, --speedup or --max-drop\)$/,
		],
		[["evaluate", "model"], /^winnow: required option '--task <name>' not specified$/],
		[
			["evaluate", "model", "--task", "sst2", "--data", "d", "--threads", "0"],
			/^evaluate: --threads must be a whole number/,
		],
		[["verify", "folder", "--task", "sst2"], /^verify: --data must be given with --task \(was missing\)$/],
		[["verify", "folder", "--data", "d"], /^verify: --task must be given with --data \(was missing\)$/],
		[
			["inspect", "model", "--length", "long"],
			/^inspect: --length must be a positive number of tokens \(was "long"\)$/,
		],
	])("%o ends with code 2", async (args, expected) => {
		const { code, stdout, stderr } = await runCommand(args)
		expect(stderr.trimEnd()).toMatch(expected)
		expect(stdout).toBe("")
		expect(code).toBe(2)
	})
})

test("--verbose adds where an error came from, and what caused it", async () => {
	await writeFile(place.path("recipe.json"), "{")
	const { stderr } = await runCommand(["prune", "--recipe", place.path("recipe.json"), "--verbose"])
	const [line, ...stack] = stderr.split("\n")
	expect(line).toMatch(/the file must be JSON/)
	expect(stack.join("\n")).toMatch(/at .*read-json\.ts/)
	expect(stack.join("\n")).toMatch(/caused by SyntaxError/)
})
