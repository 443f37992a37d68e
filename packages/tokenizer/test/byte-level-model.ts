import { byteCharacters } from "../src/byte-characters.ts"
import { fixture } from "./fixture.ts"

/** The merges that make-byte-level-fixtures.py trained, the earliest first. */
export const trainedMerges: readonly string[] = fixture<string>("byte-level-merges.jsonl")

const special = ["<s>", "<pad>", "</s>", "<unk>"]

/** The vocabulary and merges that go with them, as a tokenizer.json has them; without some bytes if so asked. */
export function byteLevelModel(without = "") {
	const lacks = (token: string) => [...token].some((character) => without.includes(character))
	const merges = trainedMerges.filter((merge) => !lacks(merge))
	const bytes = [...byteCharacters].sort().filter((character) => !lacks(character))
	const merged = merges.map((merge) => merge.replace(" ", ""))
	const tokens = [...new Set([...special, ...bytes, ...merged, "<mask>"])]
	return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges }
}

const added = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }

/** A tokenizer.json as RoBERTa's: no space put first, spaces trimmed. */
export const robertaTokenizer = {
	version: "1.0",
	added_tokens: [
		...special.map((content, id) => ({ ...added, id, content })),
		{ ...added, id: 999, content: "<mask>", lstrip: true },
	],
	normalizer: null,
	pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
	post_processor: {
		type: "RobertaProcessing",
		sep: ["</s>", 2],
		cls: ["<s>", 0],
		trim_offsets: true,
		add_prefix_space: false,
	},
	model: { type: "BPE", dropout: null, unk_token: null, fuse_unk: false, ...byteLevelModel() },
}
