import { InvalidInputError, UnsupportedError } from "@winnow/tensor"
import type { Family, Head } from "./families/family.ts"

/** Low-rank and other additions to weights, and weights that are kept as products: the matrix that is computed with is another one. */
const addition = /(^|[._])(lora|adapters?|ia3|loha|lokr|parametrizations|prompt_encoder)([._]|$)/i

/**
 * Tensors of a model's files that its program does not read, in the order of the files; buffers, which every loader makes anew, are left
 * out.
 *
 * Transformers skips what its class does not know: layers of a distillation (`fit_dense`), of pre-training (`cls`), of another head, of a
 * loss, a pooler that the head does not read. So is it here, unless a tensor says that the program is another one. It is refused
 *
 * - among the embeddings and the layers: other positions, cross-attention, layers that config.json does not count
 * - beside the head's own layers: a classifier of more of them (`classifier.dense`, `classifier2`)
 * - as an adapter or a parametrisation, wherever it lies
 *
 * @param names - of all tensors in the files
 * @param used - those that the program reads
 * @throws {UnsupportedError | InvalidInputError} naming the tensor
 */
export function unreadTensors(
	names: Iterable<string>,
	used: ReadonlySet<string>,
	{ where, family, head }: { readonly where: string; readonly family: Family; readonly head: Head },
): readonly string[] {
	const parts = partsOf(family, head)
	const unread: string[] = []
	for (const name of names) {
		if (used.has(name) || family.buffers.has(name)) continue
		if (addition.test(name)) {
			const hint = "merge it into the weights first (PEFT: merge_and_unload, then save_pretrained)"
			throw new UnsupportedError(where, `tensor ${name} belongs to an adapter: ${hint}`)
		}
		if (parts.some((part) => name.startsWith(part))) {
			throw new InvalidInputError(where, "every tensor", `a part of a ${family.modelType} model with this head`, name)
		}
		unread.push(name)
	}
	return unread
}

/** What the names of everything that the program computes with begin with. */
function partsOf({ names }: Family, { pooler, output }: Head): readonly string[] {
	const embeddings = `${parentOf(names.word)}.`
	const layers = `${parentOf(names.layer(0).query.split(".0.")[0]!)}.`
	return [embeddings, layers, parentOf(output), ...(pooler ? [parentOf(pooler.name)] : [])]
}

/** The module that a module lies in; itself at the top. */
function parentOf(name: string): string {
	return name.includes(".") ? name.slice(0, name.lastIndexOf(".")) : name
}
