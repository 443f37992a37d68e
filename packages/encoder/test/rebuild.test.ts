import { interpreter } from "@winnow/runtime"
import { everyUnit, type Kept, type Moments, type Refit, type RepairSite, type Sample, tensor } from "@winnow/tensor"
import { f32, toBeAllclose } from "@winnow/testing"
import { beforeAll, describe, expect, test } from "vitest"
import { loadEncoder, type TransformerEncoder } from "../src/index.ts"
import { tinyModel, tinySamples } from "./tiny-model.ts"

expect.extend({ toBeAllclose })

const runtime = interpreter()
let dense: TransformerEncoder
let all: Kept
beforeAll(async () => {
	dense = await loadEncoder(tinyModel(), { runtime })
	all = everyUnit(dense.sublayers)
})

const tokens = tinySamples.reduce((sum, { ids }) => sum + ids.length, 0)
const units = (...lists: number[][]): Kept => lists.map((list) => Uint32Array.from(list))

async function sitesOf(kept: Kept, o: { teacher?: Kept; strictReference?: boolean } = {}): Promise<RepairSite[]> {
	const sites: RepairSite[] = []
	await dense.rebuild(kept, tinySamples, {
		...o,
		fit: async (site) => {
			sites.push(site)
			return undefined
		},
	})
	return sites
}

/** Sums that y = x W + b would have: x^T y = (x^T x) W + (sum of x) b^T, and so on. */
function expectExactFit({ weights, bias, fit }: RepairSite) {
	const [inputs, out] = weights.shape
	const { xx, x, rows } = fit
	const xy = new Float64Array(inputs * out)
	const y = Float64Array.from({ length: out }, (_, j) => rows * bias[j]!)
	for (let j = 0; j < out; j++) {
		for (let k = 0; k < inputs; k++) y[j]! += x[k]! * weights.data[k * out + j]!
		for (let i = 0; i < inputs; i++) {
			let sum = x[i]! * bias[j]!
			for (let k = 0; k < inputs; k++) sum += xx.data[i * inputs + k]! * weights.data[k * out + j]!
			xy[i * out + j] = sum
		}
	}
	expect(fit.y).toBeAllclose(y, { rtol: 1e-5, atol: 1e-5 })
	expect(fit.xy.data).toBeAllclose(xy, { rtol: 1e-5, atol: 1e-5 })
}

const norm = ({ yy }: Moments) => Math.sqrt(yy)

test("a student that is the teacher needs no repair: its own weights fit the target exactly", async () => {
	const sites = await sitesOf(all)
	expect(sites.map(({ sublayer: { kind, layer } }) => `${kind} ${layer}`)).toEqual([
		"attention 0",
		"ffn 0",
		"attention 1",
		"ffn 1",
	])
	for (const site of sites) expectExactFit(site)
})

test("rows are tokens without padding, and [CLS] only where nothing else is read", async () => {
	const rows = (sites: RepairSite[]) => sites.map(({ fit }) => fit.rows)
	expect(rows(await sitesOf(all))).toEqual([tokens, tokens, 4, 4])
	expect(rows(await sitesOf(all, { strictReference: true }))).toEqual([tokens, tokens, tokens, 4])
})

test("a site holds the slim weights of its sublayer", async () => {
	const [attention, ffn] = await sitesOf(units([1], [0, 4], [0, 1], []))
	expect(attention?.sublayer).toMatchObject({ kind: "attention", layer: 0, units: 1, channels: 4 })
	expect(attention?.weights.shape).toEqual([4, 8])
	expect(ffn?.weights.shape).toEqual([2, 8])
	expect(ffn?.fit.xx.shape).toEqual([2, 2])
})

test("the target carries what the student lost below: y is the teacher's output less the student's residual", async () => {
	// Without attention in layer 0 the student's residual differs from the teacher's from there on.
	const [, full] = await sitesOf(all)
	const [, slim] = await sitesOf(units([], [0, 1, 2, 3, 4, 5], [0, 1], [0, 1, 2, 3, 4, 5]))
	expect(slim?.fit.rows).toBe(full?.fit.rows)
	expect(norm(slim!.fit)).not.toBeCloseTo(norm(full!.fit), 3)
})

test("a teacher of its own is followed; the paper's FFN targets are dense whatever the teacher keeps", async () => {
	const teacher = units([0, 1], [], [0, 1], [0, 1, 2, 3, 4, 5])
	const kept = all
	const [, ofTeacher] = await sitesOf(kept, { teacher })
	const [, ofPaper] = await sitesOf(kept, { teacher, strictReference: true })
	// The teacher's first FFN gives its bias at every row.
	const { bias, fit } = ofTeacher!
	expect(fit.y).toBeAllclose(
		Float64Array.from(bias, (value) => value * fit.rows),
		{ rtol: 1e-5, atol: 1e-5 },
	)
	expectExactFit(ofPaper!)
})

test("a sublayer without units has sums of its target alone", async () => {
	const [attention] = await sitesOf(units([], [0], [0], [0]))
	expect(attention?.fit.xx.shape).toEqual([0, 0])
	expect(attention?.fit.rows).toBe(tokens)
	expect(norm(attention!.fit)).toBeGreaterThan(0)
})

test("what fit answers is what the student goes on with; undefined keeps the weights", async () => {
	const scaled = await dense.rebuild(all, tinySamples, {
		fit: async ({ sublayer, weights, bias }) =>
			sublayer.kind === "ffn" ? { weights: { ...weights, data: weights.data.map((w) => 2 * w) }, bias } : undefined,
	})
	const kept = await dense.rebuild(all, tinySamples, { fit: async () => undefined })
	const logits = (encoder: TransformerEncoder) =>
		encoder.logits(tinySamples).then((rows) => rows.flatMap((row) => [...row]))
	expect(await logits(kept)).toEqual(await logits(dense))
	expect(await logits(scaled)).not.toEqual(await logits(dense))
	// Doubling every second FFN matrix doubles the first one's sums of squares as seen from above.
	const first = await sitesOf(all)
	const again: RepairSite[] = []
	await scaled.rebuild(all, tinySamples, { fit: async (site) => void again.push(site) })
	expect(again[1]!.weights.data).toEqual(first[1]!.weights.data.map((w) => 2 * w))
})

test("an abort on the way rejects with the signal's reason and leaves the encoder as it was", async () => {
	const controller = new AbortController()
	const before = await dense.logits(tinySamples)
	const rebuilding = dense.rebuild(all, tinySamples, {
		signal: controller.signal,
		fit: async () => {
			controller.abort(new Error("enough"))
			return undefined
		},
	})
	await expect(rebuilding).rejects.toThrow("enough")
	expect(await dense.logits(tinySamples)).toEqual(before)
})

describe("units that are not the model's are refused", () => {
	test.each([
		["too few lists", units([0], [0]), "slim: kept must be one list for each of 4 sublayers (was 2)"],
		[
			"beyond the width",
			units([0, 2], [0], [0], [0]),
			"slim: kept units of sublayer 0 must be ascending and below 2 (was 2)",
		],
		[
			"descending",
			units([0], [3, 1], [0], [0]),
			"slim: kept units of sublayer 1 must be ascending and below 6 (was 1)",
		],
	])("%s", async (_, kept, message) => {
		await expect(sitesOf(kept)).rejects.toThrow(message)
	})
})

test("sums over many batches are those over one", async () => {
	const many: Sample[] = Array.from({ length: 900 }, (_, i) => tinySamples[i % tinySamples.length]!)
	const sums: Moments[] = []
	await dense.rebuild(all, many, { fit: async ({ fit }) => void sums.push(fit) })
	const once = await sitesOf(all)
	for (const [i, { fit }] of once.entries()) {
		expect(sums[i]!.rows).toBe(fit.rows * 225)
		// rtol: one batch is summed in float32 by some runtimes
		expect(sums[i]!.xx.data).toBeAllclose(
			fit.xx.data.map((value) => value * 225),
			{ ...f32, atol: 1e-3 },
		)
	}
})

describe("a map that cannot take the place of a site's is refused", () => {
	const wrong: readonly (readonly [flaw: string, of: (site: RepairSite) => unknown, message: string])[] = [
		[
			"of another shape",
			({ weights, bias }) => ({ weights: tensor("in out", [8, 4], weights.data), bias }),
			"rebuild: the shape of the weights for the output of attention 0 must be [4, 8] (was [8,4])",
		],
		[
			"with a bias too short",
			({ weights, bias }) => ({ weights, bias: bias.subarray(1) }),
			"rebuild: the bias for the output of attention 0 must be 8 long (was 7)",
		],
		[
			"with NaN in its weights",
			({ weights, bias }) => ({ weights: { ...weights, data: weights.data.map(() => Number.NaN) }, bias }),
			"rebuild: the weights for the output of attention 0 must be finite (was NaN)",
		],
		[
			"with infinity in its bias",
			({ weights, bias }) => ({ weights, bias: bias.map(() => Number.POSITIVE_INFINITY) }),
			"rebuild: the bias for the output of attention 0 must be finite (was Infinity)",
		],
		[
			"in float64",
			({ weights, bias }) => ({ weights: { ...weights, data: Float64Array.from(weights.data) }, bias }),
			"rebuild: the weights for the output of attention 0 must be a Float32Array (was Float64Array)",
		],
	]
	test.each(wrong)("%s", async (_, of, message) => {
		const fit = async (site: RepairSite) => of(site) as Refit
		await expect(dense.rebuild(units([1], [0, 4], [0, 1], []), tinySamples, { fit })).rejects.toThrow(message)
	})
})
