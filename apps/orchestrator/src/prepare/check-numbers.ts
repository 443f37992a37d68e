import { totalmem } from "node:os"
import { type Architecture, leastStatisticsMiB, type TransformerEncoder } from "@winnow/encoder"
import { InvalidInputError } from "@winnow/tensor"
import type { ResolvedRecipe } from "../request/recipe.ts"

/**
 * Refuses numbers of a recipe that no work on this model could go on with: found now, not after minutes.
 *
 * @throws {InvalidInputError} naming the field
 */
export function checkNumbers(recipe: ResolvedRecipe, encoder: TransformerEncoder): void {
	const { architecture } = encoder
	const { minHeads, protectLayers, memory, importance, latency, latencyTable } = recipe
	const most = Math.max(...architecture.heads)
	if (minHeads > most) {
		throw new InvalidInputError("prune", "minHeads", `at most ${most}, the heads of the model's layers`, minHeads)
	}
	const layers = architecture.heads.length
	const unknown = protectLayers.find((layer) => layer >= layers)
	if (unknown !== undefined) {
		throw new InvalidInputError("prune", "protectLayers", `layers from 0 to ${layers - 1}`, unknown)
	}
	const least = leastStatisticsMiB(encoder)
	if (importance === "kfac" && memory < least) {
		const expected = `at least ${least} MiB, what the statistics of the largest sublayer take`
		throw new InvalidInputError("prune", "memory", expected, memory)
	}
	if (latency === undefined) return
	// With a table of another machine nothing runs in that batch here.
	const { batch = 1, length = usualLength(architecture) } = recipe
	checkServing({ batch: latencyTable === undefined ? batch : 1, length }, architecture, "prune")
}

/** Tokens of an input where nobody says: 128, which most encoders were fine-tuned with, or as many as a model takes. */
export function usualLength({ positions }: Pick<Architecture, "positions">): number {
	return Math.min(128, positions)
}

/**
 * Refuses what a model cannot be served with: more tokens than it has positions, or inputs that do not fit into memory together.
 *
 * @throws {InvalidInputError} naming the field
 */
export function checkServing(
	{ batch, length }: { readonly batch: number; readonly length: number },
	{ positions, heads, neurons, hidden }: Architecture,
	where: string,
): void {
	if (length > positions) {
		throw new InvalidInputError(where, "length", `at most ${positions}, the model's positions`, length)
	}
	// What a layer holds at least: attention scores, or activations, in float32.
	const numbers = Math.max(...heads.map((count, layer) => Math.max(count * length, neurons[layer]!, hidden)))
	const bytes = batch * length * numbers * 4
	if (bytes <= totalmem()) return
	const [needed, there] = [bytes, totalmem()].map((each) => `${Math.ceil(each / 2 ** 30).toLocaleString("en-US")} GiB`)
	const expected = `what fits into memory: so many inputs of ${length} tokens take ${needed}, and ${there} are there`
	throw new InvalidInputError(where, "batch", expected, batch)
}
