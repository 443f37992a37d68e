import { join } from "node:path"
import type { ModelFolder } from "@winnow/checkpoint"
import { InvalidInputError } from "@winnow/tensor"
import type { Architecture } from "./architecture.ts"
import { checkTensorNames } from "./check-tensor-names.ts"
import type { Family, Head } from "./families/family.ts"
import { familyOf, headOf } from "./families/family-of.ts"
import { readWeights } from "./read-weights.ts"
import type { Model } from "./slimmed.ts"

/** A model as its files describe it. */
export interface ReadModel extends Model {
	readonly family: Family
	readonly head: Head
	/** Names of the logits, in their order. */
	readonly labels: readonly string[] | undefined
	/** Tensors of its files that the program does not read: see `unreadTensors`. */
	readonly unread: readonly string[]
}

/**
 * Sizes and weights of a model folder, found to fit each other.
 *
 * @throws {UnsupportedError} when the model is not of a family, or asks for something that its program does not compute
 * @throws {InvalidInputError} when configuration and weights do not fit
 */
export async function readModel(folder: ModelFolder): Promise<ReadModel> {
	const { config, tensors } = folder
	const where = join(folder.folder, "config.json")
	const family = familyOf(config, where)
	const head = headOf(family, config, where)
	checkTensorNames(folder, family)
	const sizes = family.architecture(config, where)
	const isSpan = head.kind === "span"
	// A span's logits are a start and an end, whatever a configuration calls them.
	const labels = isSpan ? undefined : config.labels
	const count = config.num_labels
	const logits = isSpan ? 2 : (tensors.get(`${head.output}.weight`)?.shape[0] ?? labels?.length ?? 2)
	if (labels !== undefined && labels.length !== logits) {
		throw new InvalidInputError(where, "id2label", `${logits} labels, one for each logit`, labels.length)
	}
	if (logits < 1)
		throw new InvalidInputError(folder.folder, `the shape of ${head.output}.weight`, "of a logit at least", "of none")
	if (!isSpan && count !== undefined && count !== logits) {
		throw new InvalidInputError(where, "num_labels", `${logits}, one for each logit`, count)
	}
	const poolerActivation = head.pooler?.activation ?? "tanh"
	const architecture: Architecture = { ...sizes, head: head.kind, poolerActivation, logits }
	const { weights, unread } = await readWeights(folder, { family, head }, architecture)
	return { architecture, weights, family, head, labels, unread }
}
