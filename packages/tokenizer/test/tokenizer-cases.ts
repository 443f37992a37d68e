import * as folders from "./tokenizer-folders.ts"

/** A folder, and texts to read with its tokenizer. */
export interface Case {
	readonly files: folders.Files
	readonly texts: readonly folders.Input[]
}

type Kind = "bert" | "roberta"

const forms = { bert: folders.bertForms, roberta: folders.robertaForms } as const

/** Those that Transformers reads the files of a kind with, each way of reading once. */
const ways = {
	bert: [undefined, "BertTokenizer", "DistilBertTokenizerFast", "ConvBertTokenizer", "PreTrainedTokenizerFast"],
	roberta: [undefined, "RobertaTokenizerFast", "TokenizersBackend"],
} as const

/** Every value of every switch, in every form of every kind, read in every way. */
export function everySwitch(): Case[] {
	const cases: Case[] = []
	for (const kind of ["bert", "roberta"] as const) {
		for (const form of Object.values(forms[kind])) {
			const files = { ...form, "config.json": { model_type: kind } }
			cases.push({ files, texts: folders.inputs })
			for (const tokenizer_class of ways[kind]) {
				const switches = { ...folders.switches, added_tokens_decoder: [{}, ...folders.decoders[kind]] }
				for (const [name, value] of Object.entries(switches).flatMap(pairs)) {
					const config = { tokenizer_class, [name]: value }
					cases.push({ files: { ...files, "tokenizer_config.json": config }, texts: folders.inputs })
				}
			}
		}
	}
	return cases
}

function pairs([name, values]: readonly [string, readonly unknown[]]): [string, unknown][] {
	return values.map((value) => [name, value])
}

/** Vocabularies that are not as they should be, and files that a class does not read. */
export function oddFiles(): Case[] {
	const lines = folders.vocabTxt.trimEnd().split("\n")
	const vocabularies = [
		lines.join("\r\n"),
		lines.join("\n"),
		`\ufeff${folders.vocabTxt}`,
		`${folders.vocabTxt}\n\n  \na\nb  \nplane\t\nqq\u00a0\n\n`,
		lines.map((line) => `${line} \u3000`).join("\n"),
		`${lines.slice(0, 4).join("\n")}\n\n\n${lines.slice(4).join("\n")}\n`,
		lines.slice(0, 4).join("\n"),
		"a\nb\n",
	]
	const merges = [
		folders.mergesTxt.replaceAll("\n", "\r\n"),
		folders.mergesTxt.trimEnd(),
		`${folders.mergesTxt}\n\n`,
		folders.mergesTxt.replace(/.*\n/, ""),
		`#version: 0.2 trained\n${folders.mergesTxt}`,
		"h e\nl l o\n",
		"",
	]
	const bert = { "config.json": { model_type: "bert" } }
	const roberta = { "config.json": { model_type: "roberta" } }
	const configs = [undefined, {}, { additional_special_tokens: ["<new>"], mask_token: "hello" }]
	const files: folders.Files[] = []
	for (const config of configs) {
		const beside = config ? { "tokenizer_config.json": config } : {}
		for (const text of vocabularies) files.push({ ...bert, ...beside, "vocab.txt": text })
		for (const text of merges)
			files.push({ ...roberta, ...beside, "vocab.json": folders.vocabJson, "merges.txt": text })
	}
	const vocab = folders.vocabJson
	for (const tokens of [{ ...vocab, zzz: 1500 }, { ...vocab, zzz: 5 }, `\ufeff${JSON.stringify(vocab)}`, "{}", "["]) {
		files.push({ ...roberta, "vocab.json": tokens, "merges.txt": folders.mergesTxt })
	}
	for (const tokenizer_class of folders.classes) {
		const named = { "tokenizer_config.json": { tokenizer_class } }
		for (const model of [bert, roberta, { "config.json": { model_type: "distilbert", tokenizer_class } }, {}]) {
			for (const form of [...Object.values(folders.bertForms), ...Object.values(folders.robertaForms)]) {
				files.push({ ...form, ...model }, { ...form, ...model, ...named })
			}
		}
	}
	files.push({ ...bert, "vocab.json": vocab }, { ...bert, "tokenizer.model": "x", "vocab.txt": folders.vocabTxt })
	for (const config of ["{", "[]", { do_lower_case: "yes" }, { do_lower_case: null }, { truncation_side: "middle" }]) {
		files.push({ ...bert, "vocab.txt": folders.vocabTxt, "tokenizer_config.json": config })
	}
	for (const token of [{ content: "plane" }, 3, ["plane"]]) {
		files.push({ ...bert, "vocab.txt": folders.vocabTxt, "tokenizer_config.json": { mask_token: token } })
	}
	return files.map((of) => ({ files: of, texts: folders.inputs }))
}

/** Folders in which several files have several things to say. */
export function randomFolders(count: number, seed: number, texts: readonly folders.Input[] = folders.inputs): Case[] {
	const random = randomNumbers(seed)
	const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
	const oneOf = (share: number, name: string, of: readonly unknown[]) => (random() < share ? { [name]: pick(of) } : {})

	function configuration(kind: Kind): object {
		const config: Record<string, unknown> = {}
		const isOther = (name: string | undefined) => name !== undefined && /Bert|Electra/.test(name) !== (kind === "bert")
		const name = pick(folders.classes.filter((of) => /PreTrained|Backend/.test(of ?? "") || !isOther(of)))
		if (name) config.tokenizer_class = name
		Object.assign(config, oneOf(0.3, "added_tokens_decoder", folders.decoders[kind]))
		for (let i = Math.floor(random() * 5); i > 0; i--) {
			const field = pick(Object.keys(folders.switches))
			config[field] = pick(folders.switches[field]!)
		}
		return config
	}

	function folder(): folders.Files {
		const kind = random() < 0.6 ? "bert" : "roberta"
		const form = pick(Object.values(forms[kind]))
		const variant = pick(kind === "bert" ? folders.bertVariants : folders.robertaVariants)
		const json = form["tokenizer.json"] ? { "tokenizer.json": { ...form["tokenizer.json"], ...variant } } : {}
		return {
			...form,
			...json,
			"config.json": { model_type: kind === "bert" ? pick(["bert", "distilbert"]) : kind },
			...oneOf(0.9, "tokenizer_config.json", [configuration(kind)]),
			...oneOf(0.5, "special_tokens_map.json", folders.maps),
			...oneOf(0.3, "added_tokens.json", folders.addedTokens[kind]),
		}
	}

	return Array.from({ length: count }, () => ({ files: folder(), texts }))
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
	let state = seed
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0
		return state / 2 ** 32
	}
}
