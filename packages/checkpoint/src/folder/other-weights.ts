/** Weights in a form that is not read, and how to come by safetensors. */
export interface OtherWeights {
	/** The file or folder that holds them. */
	readonly file: string
	/** A command that makes safetensors of them, run in their folder; undefined where nothing does. */
	readonly command: string | undefined
	/** What the command needs besides the newest Transformers. */
	readonly needs?: string
}

/** Run in the folder itself, so that no path has to be quoted. The class keeps the head, which AutoModel would drop. */
const conversion = (argument = "") =>
	`python -c "from transformers import AutoModelForSequenceClassification as M; M.from_pretrained('.'${argument}).save_pretrained('.')"`

const forms: readonly (Omit<OtherWeights, "file"> & { readonly name: RegExp })[] = [
	{ name: /^pytorch_model.*\.bin(\.index\.json)?$/, command: conversion() },
	{
		name: /^(tf_model.*\.h5(\.index\.json)?|model\.ckpt.*)$/,
		command: conversion(", from_tf=True"),
		needs: "Transformers below 5 and TensorFlow",
	},
	{
		name: /^flax_model.*\.msgpack(\.index\.json)?$/,
		command: conversion(", from_flax=True"),
		needs: "Transformers below 5 and Flax",
	},
	{ name: /(^onnx|\.onnx)$/, command: undefined },
]

/** The first of the names that holds weights as PyTorch, TensorFlow, Flax or ONNX do; undefined where none does. */
export function otherWeights(names: Iterable<string>): OtherWeights | undefined {
	const sorted = [...names].sort()
	for (const { name, ...form } of forms) {
		const file = sorted.find((candidate) => name.test(candidate))
		if (file !== undefined) return { file, ...form }
	}
	return undefined
}

/** A safetensors file that carries another name than loaders look for. */
export function unusualName(names: Iterable<string>): string | undefined {
	return [...names].sort().find((name) => name.endsWith(".safetensors"))
}
