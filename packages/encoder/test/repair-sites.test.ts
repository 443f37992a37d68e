import { interpreter, trace } from "@winnow/runtime"
import {
	everyUnit,
	type Kept,
	type Moments,
	type RebuildOptions,
	type Refit,
	type RepairSite,
	type Sample,
} from "@winnow/tensor"
import { beforeAll, describe, expect, test } from "vitest"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { attentionBias, encoderProgram, firstToken } from "../src/program.ts"
import { readModel } from "../src/read-model.ts"
import { slimmed } from "../src/slimmed.ts"
import { expectMoments, leastSquares, momentsOf, product } from "./regression.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

let dense: TransformerEncoder
let all: Kept
beforeAll(async () => {
	dense = await loadEncoder(tinyModel(), { runtime: interpreter() })
	all = everyUnit(dense.sublayers)
})

const tokens = tinySamples.reduce((sum, { ids }) => sum + ids.length, 0)
const units = (...lists: number[][]): Kept => lists.map((list) => Uint32Array.from(list))

async function sitesOf(
	kept: Kept,
	options: Omit<RebuildOptions, "fit">,
	{ encoder = dense, samples = tinySamples } = {},
): Promise<RepairSite[]> {
	const sites: RepairSite[] = []
	await encoder.rebuild(kept, samples, { ...options, fit: async (site) => void sites.push(site) })
	return sites
}

/** Every side of every sublayer of a model that keeps all it has. */
const ownSites = (encoder: TransformerEncoder) => sitesOf(everyUnit(encoder.sublayers), { inputs: true }, { encoder })

/** What enters a sublayer of the slim model, one row a token that counts there, sample by sample. */
async function rowsBefore(kept: Kept, place: "ffn 0" | "attention 1" | "ffn 1"): Promise<number[][]> {
	const { architecture, weights } = slimmed(await readModel(tinyModel()), kept)
	const int = { shape: ["batch", "length"], type: "int" } as const
	const graph = trace({ ids: int, segments: int, mask: { shape: ["batch", "length"] } }, (ops, inputs) => {
		const program = encoderProgram(ops, architecture, weights)
		const bias = attentionBias(ops, inputs.mask)
		const attended = (layer: number, x: typeof inputs.ids) =>
			program.attentionNorm(layer, ops.add(x, program.attentionOutput(layer, program.contexts(layer, x, { bias }))))
		const middle = attended(0, program.embed(inputs.ids, inputs.segments))
		const upper = program.ffnNorm(0, ops.add(middle, program.ffnOutput(0, program.activations(0, middle))))
		return { "ffn 0": middle, "attention 1": upper, "ffn 1": firstToken(ops, attended(1, upper)) }
	})
	const program = await interpreter().compile(graph)
	const rows: number[][] = []
	for (const { ids, segments = new Uint8Array(ids.length) } of tinySamples) {
		const shape = [1, ids.length]
		const outputs = await program.run({
			ids: { shape, data: Int32Array.from(ids) },
			segments: { shape, data: Int32Array.from(segments) },
			mask: { shape, data: new Float64Array(ids.length).fill(1) },
		})
		const data = Array.from(outputs[place]!.data as Float64Array)
		for (let at = 0; at < data.length; at += 8) rows.push(data.slice(at, at + 8))
	}
	return rows
}

/** |x W + b - y|^2 from the moments. */
function squares({ rows, xx, xy, x, y, yy }: Moments, { weights, bias }: Refit): number {
	const [inputs, outputs] = weights.shape
	let sum = yy
	for (let j = 0; j < outputs; j++) {
		const w = Array.from({ length: inputs }, (_, i) => weights.data[i * outputs + j]!)
		const b = bias[j]!
		sum += rows * b * b - 2 * b * y[j]!
		for (let i = 0; i < inputs; i++) {
			sum += 2 * w[i]! * (b * x[i]! - xy.data[i * outputs + j]!)
			for (let k = 0; k < inputs; k++) sum += w[i]! * xx.data[i * inputs + k]! * w[k]!
		}
	}
	return sum
}

describe("input sites", () => {
	const kept = units([1], [0, 4], [0, 1], [2, 3, 5])

	test("come before the outputs of all sublayers with units but the first, and hold the dense model's kept columns", async () => {
		const sites = await sitesOf(units([1], [], [0, 1], [2, 3, 5]), { inputs: true })
		expect(sites.map(({ sublayer: { kind, layer }, side }) => `${kind} ${layer} ${side}`)).toEqual([
			"attention 0 output",
			"ffn 0 output",
			"attention 1 input",
			"attention 1 output",
			"ffn 1 input",
			"ffn 1 output",
		])
		expect(sites.map(({ weights }) => weights.shape[1])).toEqual([8, 8, 24, 8, 3, 8])
		const value = (await tinyModel().read("bert.encoder.layer.1.attention.self.value.weight")) as Float32Array
		const { weights, bias } = sites[2]!
		for (let i = 0; i < 8; i++) {
			for (let j = 0; j < 8; j++) expect(weights.data[i * 24 + 16 + j]).toBe(value[j * 8 + i])
		}
		const stored = (await tinyModel().read("bert.encoder.layer.1.intermediate.dense.bias")) as Float32Array
		expect([...sites[4]!.bias]).toEqual([2, 3, 5].map((unit) => stored[unit]))
		expect(bias).toHaveLength(24)
	})

	test("of a student that is the teacher are fitted exactly by the weights they hold", async () => {
		const sites = (await sitesOf(all, { inputs: true })).filter(({ side }) => side === "input")
		expect(sites).toHaveLength(3)
		for (const { weights, bias, fit } of sites) {
			const [fitted, exactly] = [leastSquares(fit), { weights, bias }]
			expect(squares(fit, exactly)).toBeCloseTo(0, 9)
			expect(squares(fit, { ...fitted, bias: fitted.bias.map((b) => b + 1) })).toBeGreaterThan(1)
		}
	})

	test("count tokens without padding; behind the last attention [CLS] alone is left, in the paper's walk all tokens", async () => {
		const rows = (sites: RepairSite[]) => sites.filter(({ side }) => side === "input").map(({ fit }) => fit.rows)
		expect(rows(await sitesOf(kept, { inputs: true }))).toEqual([tokens, tokens, 4])
		expect(rows(await sitesOf(kept, { inputs: true, strictReference: true }))).toEqual([tokens, tokens, tokens])
	})

	test("have the moments of the two streams, token by token", async () => {
		const sites = await sitesOf(kept, { inputs: true })
		const inputs = sites.filter(({ side }) => side === "input")
		for (const [i, place] of (["ffn 0", "attention 1", "ffn 1"] as const).entries()) {
			const [x, t] = [await rowsBefore(kept, place), await rowsBefore(all, place)]
			const site = inputs[i]!
			expectMoments(
				site.fit,
				momentsOf(
					x,
					t.map((row) => product(row, site)),
				),
			)
		}
	})

	test("have a teacher of its own where there is one", async () => {
		const teacher = units([0, 1], [0, 1, 2], [0], [0, 1, 2, 3, 4, 5])
		const site = (await sitesOf(kept, { inputs: true, teacher })).findLast(({ side }) => side === "input")!
		const t = await rowsBefore(teacher, "ffn 1")
		expectMoments(
			site.fit,
			momentsOf(
				await rowsBefore(kept, "ffn 1"),
				t.map((row) => product(row, site)),
			),
		)
	})

	test("left as they are leave a slim model", async () => {
		const rebuilt = await dense.rebuild(kept, tinySamples, { inputs: true, heldOut: 2, fit: async () => undefined })
		expect(await rebuilt.logits(tinySamples)).toEqual(await dense.slim(kept).logits(tinySamples))
	})

	test("are where the student goes on with what fit answers, whose columns are query, key and value", async () => {
		const halved = (data: Float32Array) => data.map((value) => value / 2)
		const slim = dense.slim(kept)
		const changed = await dense.rebuild(kept, tinySamples, {
			inputs: true,
			fit: async ({ side, weights, bias }) =>
				side === "input" ? { weights: { ...weights, data: halved(weights.data) }, bias: halved(bias) } : undefined,
		})
		expect(await changed.logits(tinySamples)).not.toEqual(await slim.logits(tinySamples))
		const [before, after] = [await ownSites(slim), await ownSites(changed)]
		for (const [i, { side, weights, bias }] of before.entries()) {
			expect(after[i]!.weights.data).toEqual(side === "input" ? halved(weights.data) : weights.data)
			expect(after[i]!.bias).toEqual(side === "input" ? halved(bias) : bias)
		}
	})
})

describe("held-out samples", () => {
	const many = Array.from({ length: 11 }, (_, i): Sample => {
		const { ids } = tinySamples[i % 4]!
		return { ids: ids.map((id, t) => (t === 0 ? id : (id * (i + 1)) % 20)) }
	})
	const kept = units([1], [0, 4], [0, 1], [2, 3])
	const sites = (samples: readonly Sample[], heldOut?: number) =>
		sitesOf(kept, { inputs: true, ...(heldOut === undefined ? {} : { heldOut }) }, { samples })

	test("are those at positions i with i % heldOut = 0: their moments are those of these samples alone", async () => {
		const ours = await sites(many, 4)
		const alone = await sites([many[0]!, many[4]!, many[8]!])
		const together = await sites(many)
		for (const [i, { fit, heldOut }] of ours.entries()) {
			expectMoments(heldOut!, alone[i]!.fit)
			expectMoments(fit, together[i]!.fit)
			expect(together[i]!.heldOut).toBeUndefined()
		}
	})

	test.each([1, 0, 2.5, Number.NaN])("one of %d is refused", async (heldOut) => {
		await expect(sites(many, heldOut)).rejects.toThrow(`rebuild: heldOut must be an integer above 1 (was ${heldOut})`)
	})
})

test("least squares at inputs and outputs bring a slim model nearer to the dense one", async () => {
	const samples = Array.from({ length: 400 }, (_, i): Sample => {
		const ids = Array.from({ length: 3 + (i % 6) }, (_, t) => (t === 0 ? 1 : (7 * i + 5 * t * t + (i % (t + 2))) % 20))
		return { ids: Uint32Array.from(ids) }
	})
	const wanted = await dense.logits(samples)
	const distance = async (encoder: TransformerEncoder) => {
		const logits = await encoder.logits(samples)
		return Math.sqrt(logits.reduce((sum, z, i) => sum + z.reduce((of, v, c) => of + (v - wanted[i]![c]!) ** 2, 0), 0))
	}
	const kept = units([1], [0, 4, 5], [0, 1], [1, 2, 3, 5])
	const repaired = (inputs: boolean) =>
		dense.rebuild(kept, samples, { inputs, fit: async ({ fit }) => leastSquares(fit) })
	const [none, outputs, both] = [dense.slim(kept), await repaired(false), await repaired(true)]
	expect(await distance(outputs)).toBeLessThan(0.8 * (await distance(none)))
	expect(await distance(both)).toBeLessThan(await distance(outputs))
})
