import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { InvalidInputError } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
import fc from "fast-check"
import { expect, test } from "vitest"
import { contextWindows, loadTokenizer, type Tokenizer } from "../src/index.ts"
import { bertFolder } from "./bert-folder.ts"
import { robertaTokenizer } from "./byte-level-model.ts"
import { fixture } from "./fixture.ts"
import { folderWith } from "./folder-with.ts"
import { type LibraryCase, listed } from "./library-case.ts"

interface WindowCase {
	readonly model: "bert" | "roberta"
	readonly question: string
	readonly context: string
	readonly maxLength: number
	readonly stride: number
	readonly windows: readonly Omit<LibraryCase, "text">[]
}

interface SquadFile {
	readonly data: readonly {
		readonly paragraphs: readonly { readonly context: string; readonly qas: readonly { readonly question: string }[] }[]
	}[]
}

const [squad, ...cases] = fixture("windows.jsonl") as [{ windows: number; digest: string }, ...WindowCase[]]
const seed = 20220416

test("windows are those of the library", async () => {
	const tokenizers = await loaded()
	expect(cases.filter(({ windows }) => windows.length > 2).length).toBeGreaterThan(10)
	for (const { model, question, context, maxLength, stride, windows } of cases) {
		const ours = contextWindows(tokenizers[model], question, context, { maxLength, stride })
		expect(ours.map(listed)).toEqual(windows)
	}
})

test(
	"the development questions of SQuAD have 2,319 windows of 384 tokens that overlap by 128, the library's",
	needs("shared"),
	async () => {
		const { bert } = await loaded()
		const { data }: SquadFile = JSON.parse(readFileSync(sharedFile("data/squad/split/dev.json"), "utf8"))
		const digest = createHash("sha256")
		let [questions, windows] = [0, 0]
		for (const { context, qas } of data.flatMap(({ paragraphs }) => paragraphs)) {
			for (const { question } of qas) {
				questions++
				for (const { ids, offsets } of contextWindows(bert, question, context)) {
					digest.update(ids).update(offsets)
					windows++
				}
			}
		}
		expect([questions, windows]).toEqual([2204, 2319])
		expect({ windows, digest: digest.digest("hex") }).toEqual(squad)
	},
)

test("windows are full but for the last, overlap by the stride, and together are the context", async () => {
	const tokenizers = await loaded()
	const words = (max: number) => fc.array(fc.constantFrom("a", "film", "it's", "日本"), { maxLength: max })
	const model = fc.constantFrom("bert" as const, "roberta" as const)
	const sizes = fc.tuple(fc.integer({ min: 30, max: 60 }), fc.integer({ min: 0, max: 10 }))
	fc.assert(
		fc.property(model, words(5), words(60), sizes, (name, asked, searched, [maxLength, stride]) => {
			const tokenizer = tokenizers[name]
			const [question, context] = [asked.join(" "), searched.join(" ")]
			const whole = tokenizer.tokenize(context)
			const windows = contextWindows(tokenizer, question, context, { maxLength, stride })
			const [ids, offsets]: number[][] = [[], []]
			for (const [w, window] of windows.entries()) {
				if (w < windows.length - 1) expect(window.ids.length).toBe(maxLength)
				const positions = [...window.sequence.keys()].filter((i) => window.sequence[i] === 1)
				if (w > 0) expect(positions.length).toBeGreaterThan(stride)
				for (const i of w === 0 ? positions : positions.slice(stride)) {
					ids!.push(window.ids[i]!)
					offsets!.push(window.offsets[2 * i]!, window.offsets[2 * i + 1]!)
				}
			}
			expect([ids, offsets]).toEqual([[...whole.ids], [...whole.offsets]])
		}),
		{ seed, numRuns: 500 },
	)
})

test("a context that fits is one window, whatever the stride: the pair encoded", async () => {
	const { bert } = await loaded()
	const pair = "a film"
	expect(contextWindows(bert, "it?", pair, { maxLength: 7, stride: 3 })).toEqual([bert.encode("it?", { pair })])
})

test("a question that leaves no room is refused, a length or stride that leaves none too", async () => {
	const { bert } = await loaded()
	const windows = (question: string, context: string, options: object) => () =>
		contextWindows(bert, question, context, options)
	const most = "of at most 2 tokens, so that windows of the context move on"
	const error = new InvalidInputError("contextWindows", "the question", most, 3)
	const sizes = { maxLength: 8, stride: 2 }
	expect(windows("a b", "a b c d", sizes)()).toHaveLength(2)
	expect(windows("a b c", "a b c", sizes)).toThrow(error)
	expect(windows("a b c", "a b", sizes)()).toHaveLength(1)
	expect(windows("a ".repeat(9), "", sizes)).toThrow("the question must be of at most 2 tokens")
	for (const maxLength of [3, 4.5, Number.NaN]) {
		const small = new InvalidInputError("contextWindows", "maxLength", "an integer of at least 4", maxLength)
		expect(windows("a", "b", { maxLength })).toThrow(small)
	}
	for (const stride of [-1, 1.5, 5]) {
		const wrong = new InvalidInputError("contextWindows", "stride", "an integer from 0 to 4", stride)
		expect(windows("a", "b", { ...sizes, stride })).toThrow(wrong)
	}
})

async function loaded(): Promise<Record<"bert" | "roberta", Tokenizer>> {
	return {
		bert: await loadTokenizer(bertFolder),
		roberta: await loadTokenizer(folderWith({ "tokenizer.json": robertaTokenizer })),
	}
}
