import {
	type Kept,
	type RebuildOptions,
	type Refit,
	type RepairSite,
	type Sample,
	type SequentialEncoder,
	tensor,
	UnsupportedError,
} from "@winnow/tensor"
import { describe, expect, it } from "vitest"
import { identity, projection, type Repair, type SiteRepair, scales, tune } from "../src/index.ts"
import { randomInputSite, randomSite } from "./sites.ts"

/** Asks `fit` at given sites, one after the other, and remembers what it was told. */
class FakeEncoder implements SequentialEncoder {
	readonly hidden = 4
	readonly sites: readonly RepairSite[]
	readonly kept: Kept | undefined
	readonly options: RebuildOptions | undefined
	readonly refits: readonly (Refit | undefined)[]

	constructor(
		sites: readonly RepairSite[],
		rebuilt?: { kept: Kept; options: RebuildOptions; refits: (Refit | undefined)[] },
	) {
		this.sites = sites
		this.kept = rebuilt?.kept
		this.options = rebuilt?.options
		this.refits = rebuilt?.refits ?? []
	}

	get sublayers() {
		return this.sites.map(({ sublayer }) => sublayer)
	}

	async rebuild(kept: Kept, _: readonly Sample[], options: RebuildOptions): Promise<this> {
		const refits: (Refit | undefined)[] = []
		for (const site of this.sites) refits.push(await options.fit(site))
		return new FakeEncoder(this.sites, { kept, options, refits }) as this
	}

	logits(): Promise<never> {
		throw new UnsupportedError("FakeEncoder", "it has no logits")
	}

	async close(): Promise<void> {}
}

const kept = [Uint32Array.of(0, 2), Uint32Array.of(1, 5, 6), Uint32Array.of(1), Uint32Array.of(0)]

/** Two layers; the FFN of layer 0 has a target far out of its reach. */
function twoLayers(): FakeEncoder {
	const far = randomSite({ kind: "ffn", layer: 0, units: 3 })
	far.fit.xy.data.fill(1e4)
	return new FakeEncoder([
		randomSite({ kind: "attention", layer: 0, units: 2 }),
		far,
		randomSite({ kind: "attention", layer: 1, units: 1 }),
		randomSite({ kind: "ffn", layer: 1, units: 1 }),
	])
}

describe("tune", () => {
	it("hands back the rebuilt encoder and one report a sublayer, in order", async () => {
		const { encoder, reports } = await tune(twoLayers(), { kept }, [], { repair: scales() })
		expect(encoder).toBeInstanceOf(FakeEncoder)
		expect(encoder.kept).toBe(kept)
		expect(reports.map(({ kind, layer, units }) => `${kind} ${layer} ${units}`)).toEqual([
			"attention 0 2",
			"ffn 0 3",
			"attention 1 1",
			"ffn 1 1",
		])
	})

	it("goes on after a rejected sublayer", async () => {
		const { encoder, reports } = await tune(twoLayers(), { kept }, [], { repair: scales() })
		expect(reports.map(({ outcome }) => outcome)).toEqual(["tuned", "kept", "tuned", "tuned"])
		expect(encoder.refits.map((refit) => refit !== undefined)).toEqual([true, false, true, true])
	})

	it("stops at a rejected sublayer when asked to, and says so of the later ones", async () => {
		const { encoder, reports } = await tune(twoLayers(), { kept }, [], { repair: scales(), stopAtRejection: true })
		expect(reports.map((report) => (report.outcome === "kept" ? report.reason : report.outcome))).toEqual([
			"tuned",
			"out-of-range",
			"after-rejection",
			"after-rejection",
		])
		expect(reports[3]).toHaveProperty("explanation", "tuning stopped when ffn of layer 0 was rejected")
		expect(encoder.refits.map((refit) => refit !== undefined)).toEqual([true, false, false, false])
	})

	it("stops at a rejected sublayer in the strict reference, but not at one that is never tuned", async () => {
		const repair = scales({ strictReference: true })
		const { encoder, reports } = await tune(twoLayers(), { kept }, [], { repair, strictReference: true })
		expect(reports.map((report) => (report.outcome === "kept" ? report.reason : report.outcome))).toEqual([
			"first-attention",
			"out-of-range",
			"after-rejection",
			"after-rejection",
		])
		expect(encoder.options?.strictReference).toBe(true)
	})

	it("tells the encoder which units the teacher keeps", async () => {
		const teacher = { kept: [Uint32Array.of(0)] }
		const { encoder } = await tune(twoLayers(), { kept }, [], { repair: identity, teacher })
		expect(encoder.options?.teacher).toBe(teacher.kept)
		const { encoder: dense } = await tune(twoLayers(), { kept }, [], { repair: identity })
		expect(dense.options).not.toHaveProperty("teacher")
	})

	it("asks the walk for what the repair asks for, and for nothing else", async () => {
		const { encoder: asked } = await tune(twoLayers(), { kept }, [], { repair: projection({ heldOut: 5 }) })
		expect(asked.options).toMatchObject({ inputs: true, heldOut: 5 })
		for (const repair of [scales(), identity]) {
			const { encoder } = await tune(twoLayers(), { kept }, [], { repair })
			expect(encoder.options).not.toHaveProperty("inputs")
			expect(encoder.options).not.toHaveProperty("heldOut")
		}
	})

	it("reports inputs and outputs in the order of the walk", async () => {
		const walk = new FakeEncoder([
			randomSite({ kind: "attention", layer: 0, units: 2 }),
			randomInputSite({ kind: "ffn", units: 3 }),
			randomSite({ kind: "ffn", layer: 1, units: 3 }),
		])
		const { reports, encoder } = await tune(walk, { kept }, [], { repair: projection() })
		expect(reports.map(({ kind, side, units }) => `${kind} ${side} ${units}`)).toEqual([
			"attention output 2",
			"ffn input 3",
			"ffn output 3",
		])
		expect(encoder.refits.every((refit) => refit !== undefined)).toBe(true)
	})

	it("passes progress and signal on", async () => {
		const onProgress = () => {}
		const { signal } = new AbortController()
		const { encoder } = await tune(twoLayers(), { kept }, [], { repair: identity, signal, onProgress })
		expect(encoder.options).toMatchObject({ signal, onProgress })
	})

	it("rejects with the signal's reason before the next sublayer", async () => {
		const controller = new AbortController()
		let calls = 0
		const repair: Repair = (site) => {
			if (++calls === 2) controller.abort(new Error("enough"))
			return identity(site)
		}
		await expect(tune(twoLayers(), { kept }, [], { repair, signal: controller.signal })).rejects.toThrow("enough")
		expect(calls).toBe(2)
	})
})

describe("a repair of one's own", () => {
	const repaired = (made: (site: RepairSite) => unknown) => {
		const repair: Repair = async (site) => made(site) as SiteRepair
		return tune(twoLayers(), { kept }, [], { repair })
	}
	const named = ({ sublayer: { kind, layer, units }, side }: RepairSite) => ({ kind, layer, side, units })
	const tunedWith = (refit: (site: RepairSite) => unknown) =>
		repaired((site) => ({ refit: refit(site), report: { ...named(site), outcome: "tuned" } }))

	it("is refused where it answers with NaN", async () => {
		const withNaN = ({ weights, bias }: RepairSite) => ({ weights, bias: bias.map(() => Number.NaN) })
		const refusal = "mask tuning: the bias for the output of attention 0 must be finite (was NaN)"
		await expect(tunedWith(withNaN)).rejects.toThrow(refusal)
	})

	it("is refused where it answers with matrices of another shape", async () => {
		const turned = ({ weights: { data, shape }, bias }: RepairSite) => ({
			weights: tensor("in out", [shape[1], shape[0]], data),
			bias,
		})
		const refusal = "mask tuning: the shape of the weights for the output of attention 0 must be [6, 4] (was [4,6])"
		await expect(tunedWith(turned)).rejects.toThrow(refusal)
	})

	it("is refused where its report says another thing than its weights, which is no type", async () => {
		const kept = (site: RepairSite) =>
			({ ...named(site), outcome: "kept", reason: "identity", explanation: "" }) as const
		await expect(repaired((site) => ({ refit: site, report: kept(site) }))).rejects.toThrow(
			'mask tuning: the report\'s outcome for the output of attention 0 must be "tuned", as new weights were given (was kept)',
		)
		await expect(repaired((site) => ({ report: { ...named(site), outcome: "tuned" } }))).rejects.toThrow(
			'mask tuning: the report\'s outcome for the output of attention 0 must be "kept", as no new weights were given (was tuned)',
		)
		await expect(repaired(() => undefined)).rejects.toThrow(/^mask tuning: .* must be "kept".* \(was undefined\)$/)
		// @ts-expect-error weights that are said not to be there
		const contradictory = (site: RepairSite): SiteRepair => ({ refit: site, report: kept(site) })
		expect(contradictory).toBeTypeOf("function")
	})
})

describe("identity", () => {
	it("keeps an input, too", async () => {
		const { report } = await identity(randomInputSite({ units: 2 }))
		expect(report).toMatchObject({ outcome: "kept", reason: "identity", side: "input" })
	})

	it("keeps every sublayer and says so", async () => {
		const { encoder, reports } = await tune(twoLayers(), { kept }, [], { repair: identity, stopAtRejection: true })
		expect(encoder.refits).toEqual([undefined, undefined, undefined, undefined])
		expect(reports.map((report) => report.outcome === "kept" && report.reason)).toEqual(new Array(4).fill("identity"))
	})
})
