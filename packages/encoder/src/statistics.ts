import type { Data, Runtime } from "@winnow/runtime"
import {
	InvalidInputError,
	progressOf,
	type Sample,
	type StatisticsOptions,
	type Sublayer,
	type SublayerStatistics,
	tensor,
} from "@winnow/tensor"
import { sublayersOf } from "./architecture.ts"
import { type Batch, batchesOf, tokensOf } from "./batches.ts"
import { lossFeeds, lossReferences } from "./loss-references.ts"
import { outputWeights } from "./output-weights.ts"
import { pipelined } from "./pipelined.ts"
import type { Model } from "./slimmed.ts"
import { gramOf, sensitivityOf, statisticsGraph } from "./statistics-graph.ts"
import { SymmetricSum } from "./upper-triangle.ts"
import { using } from "./using.ts"

/** G and S of all sublayers: see {@link DifferentiableEncoder.statistics}. */
export async function* statistics(
	model: Model,
	samples: readonly Sample[],
	options: StatisticsOptions & { readonly runtime: Runtime },
): AsyncGenerator<SublayerStatistics, void, undefined> {
	const { runtime, loss, seed, memoryMiB = 4096 } = options
	if (samples.length === 0) throw new InvalidInputError("statistics", "samples", "at least one", "none")
	const { hidden, head, logits } = model.architecture
	const references = lossReferences(samples, { loss, seed, head, logits })
	const groups = groupsOf(sublayersOf(model.architecture), { hidden, memoryMiB })
	const batches = batchesOf(samples)
	const tokens = tokensOf(batches)
	const progress = progressOf("statistics", groups.length * tokens, options)
	for (const [pass, group] of groups.entries()) {
		const sums = group.map((sublayer) => new SublayerSums(model, sublayer))
		await using(runtime, statisticsGraph(model, { loss, sublayers: group }), async (program) => {
			let done = pass * tokens
			const start = async (batch: Batch) => {
				progress(done)
				done += batch.tokens
				return program.run({ ...batch.feeds, ...lossFeeds({ loss, head, logits }, batch, references) })
			}
			await pipelined(batches, start, (_batch, outputs) => {
				for (const sum of sums) sum.add(outputs)
			})
			progress(done)
		})
		for (let next = sums.shift(); next !== undefined; next = sums.shift()) {
			yield next.statistics({ samples: samples.length, tokens })
		}
	}
}

/**
 * Consecutive sublayers whose G and S fit into memory together: in float64 the sums, in float32 the terms of two batches.
 *
 * @throws {InvalidInputError} when those of one sublayer alone do not fit
 */
function groupsOf(
	sublayers: readonly Sublayer[],
	{ hidden, memoryMiB }: { readonly hidden: number; readonly memoryMiB: number },
): readonly (readonly number[])[] {
	const groups: number[][] = []
	let room = 0
	for (const [index, sublayer] of sublayers.entries()) {
		const size = sizeMiB(sublayer, hidden)
		if (size > memoryMiB) {
			const least = `at least ${Math.ceil(size)}, what sublayer ${index} takes`
			throw new InvalidInputError("statistics", "memoryMiB", least, memoryMiB)
		}
		if (size > room || groups.length === 0) {
			groups.push([])
			room = memoryMiB
		}
		groups.at(-1)!.push(index)
		room -= size
	}
	return groups
}

function sizeMiB({ units, channels }: Sublayer, hidden: number): number {
	return (((units * channels) ** 2 + hidden ** 2) * (8 + 2 * 4)) / 2 ** 20
}

/** The least `memoryMiB` that `statistics` can do with, a whole number: what its largest sublayer takes. */
export function leastStatisticsMiB({
	sublayers,
	hidden,
}: {
	readonly sublayers: readonly Sublayer[]
	readonly hidden: number
}): number {
	return Math.ceil(Math.max(0, ...sublayers.map((sublayer) => sizeMiB(sublayer, hidden))))
}

/** G and S of one sublayer, on their way. */
class SublayerSums {
	readonly #model: Model
	readonly #sublayer: number
	readonly #channels: number
	readonly #gram: SymmetricSum
	readonly #sensitivity: SymmetricSum

	constructor(model: Model, sublayer: number) {
		const { units, channels } = sublayersOf(model.architecture)[sublayer]!
		this.#model = model
		this.#sublayer = sublayer
		this.#channels = units * channels
		this.#gram = new SymmetricSum(this.#channels, gramOf(sublayer))
		this.#sensitivity = new SymmetricSum(model.architecture.hidden, sensitivityOf(sublayer))
	}

	add(outputs: Readonly<Record<string, Data>>): void {
		this.#gram.add(outputs)
		this.#sensitivity.add(outputs)
	}

	statistics({ samples, tokens }: { readonly samples: number; readonly tokens: number }): SublayerStatistics {
		const { architecture } = this.#model
		const sublayer = sublayersOf(architecture)[this.#sublayer]!
		const [channels, hidden] = [this.#channels, architecture.hidden]
		return {
			sublayer: this.#sublayer,
			weights: outputWeights(this.#model, sublayer),
			gram: tensor(
				"channel channel",
				[channels, channels],
				this.#gram.matrix(1 / (sublayer.reads === "first" ? samples : tokens)),
			),
			sensitivity: tensor("hidden hidden", [hidden, hidden], this.#sensitivity.matrix(1 / samples)),
		}
	}
}
