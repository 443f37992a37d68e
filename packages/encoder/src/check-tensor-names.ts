import { join } from "node:path"
import type { ModelFolder } from "@winnow/checkpoint"
import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import type { Family } from "./families/family.ts"

/** What wraps a model puts its name before those of the model. */
const wrappers: Readonly<Record<string, string>> = {
	"module.": "of torch.nn.DataParallel",
	"_orig_mod.": "of torch.compile",
}

/**
 * Refuses tensors whose names show, before any is read, that they are not those of the configuration: names behind the prefix of what
 * wrapped the model when it was saved, and another number of layers.
 *
 * @throws {UnsupportedError} saying how to mend the names; Transformers would load none of these weights
 * @throws {InvalidInputError} naming the field that counts the layers
 */
export function checkTensorNames({ folder, tensors, config }: ModelFolder, family: Family): void {
	const names = [...tensors.keys()]
	const word = `${family.names.word}.weight`
	const wrapper = tensors.has(word) ? undefined : Object.keys(wrappers).find((prefix) => tensors.has(prefix + word))
	if (wrapper !== undefined) {
		const rename = `from safetensors.torch import load_file as l, save_file as s; f='model.safetensors'; s({k.removeprefix('${wrapper}'): v for k, v in l(f).items()}, f, {'format': 'pt'})`
		throw new UnsupportedError(
			folder,
			`the tensors' names begin with ${wrapper}, the prefix ${wrappers[wrapper]}: rename them in that folder first: python -c "${rename}"`,
		)
	}
	const counted = config.raw[family.layersField]
	const actual = layersIn(names, family)
	if (typeof counted !== "number" || actual === 0 || counted === actual) return
	const expected = `${actual}, the layers that the weights have`
	throw new InvalidInputError(join(folder, "config.json"), family.layersField, expected, counted)
}

/** One more than the largest number of a layer. */
function layersIn(tensors: readonly string[], { names }: Family): number {
	const start = names.layer(0).query.split("0.")[0]!
	const numbers = tensors
		.filter((name) => name.startsWith(start))
		.map((name) => Number.parseInt(name.slice(start.length), 10))
	return numbers.reduce((most, number) => (number >= most ? number + 1 : most), 0)
}
