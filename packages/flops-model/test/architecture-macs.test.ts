import type { Sublayer } from "@winnow/tensor"
import { f32, goldenConstraints, goldenTasks, needs, readGolden, toBeAllclose } from "@winnow/testing"
import { expect, test } from "vitest"
import { architectureMacs, macModel } from "../src/index.ts"
import bertBase from "./fixtures/bert-base-half.json" with { type: "json" }

expect.extend({ toBeAllclose })

function encoder(heads: readonly number[], neurons: readonly number[], channels: number): readonly Sublayer[] {
	return heads.flatMap((units, layer): Sublayer[] => [
		{ kind: "attention", layer, units, channels, reads: "tokens" },
		{ kind: "ffn", layer, units: neurons[layer]!, channels: 1, reads: "tokens" },
	])
}

function sum(values: readonly number[]): number {
	return values.reduce((total, value) => total + value, 0)
}

test("the total is the sum over the sublayers, each its units times their price", () => {
	const sublayers = encoder([2, 0], [7, 3], 4)
	const { total, sublayers: macs } = architectureMacs(sublayers, { hidden: 8, length: 5 })
	// A head: 4 * 5 * 8 * 4 + 2 * 25 * 4 = 840; a neuron: 2 * 5 * 8 = 80.
	expect(macs).toEqual(Float64Array.of(1680, 560, 0, 240))
	expect(total).toBe(2480)
})

test.each(goldenTasks)(
	"the shares of the reference's architectures are the ones it reports (%s)",
	needs("shared"),
	(task) => {
		const { sublayers, hidden, length, kept, share } = readGolden(task)
		const dense = architectureMacs(sublayers, { hidden, length }).total
		for (const constraint of goldenConstraints) {
			const units = kept("searched", constraint)
			const slim = sublayers.map((sublayer, index) => ({ ...sublayer, units: units[index]!.length }))
			const ours = architectureMacs(slim, { hidden, length }).total / dense
			expect([ours]).toBeAllclose([share(constraint)], f32)
		}
	},
)

test.each(bertBase.architectures)("$task: as many neurons as the published heads leave room for", (architecture) => {
	const { length, heads, neurons } = architecture
	const setting = { hidden: bertBase.hidden, length }
	const dense = encoder(
		heads.map(() => bertBase.heads),
		neurons.map(() => bertBase.neurons),
		bertBase.headSize,
	)
	const [head, neuron] = macModel(dense, setting).prices!
	const room = bertBase.constraint * architectureMacs(dense, setting).total - sum(heads) * head!
	expect(sum(neurons)).toBe(Math.floor(room / neuron! + 1e-9))
})
