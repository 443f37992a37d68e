import { InvalidInputError, type Stopwatch } from "@winnow/tensor"
import type { ModelShape } from "./fitting-table.ts"
import { latencyModel, predictedLatency } from "./latency-model.ts"
import type { LatencySetting } from "./latency-setting.ts"
import type { LatencyCurve, LatencyTable } from "./latency-table.ts"
import { type ProbeOptions, Probes, type Widths } from "./probes.ts"
import { membersWith, type SublayerGroup, sublayerGroups } from "./sublayer-groups.ts"
import { bends, widthGrid } from "./width-grid.ts"

export interface ProfileOptions extends ProbeOptions, Pick<LatencyTable, "machine" | "winnow"> {
	/** What the stopwatch was set up for. */
	readonly setting: LatencySetting
	/** Of the model, for the record. */
	readonly name?: string
	/** Models of random widths on which the table is checked. */
	readonly checks?: number
}

/**
 * Measures how latency depends on what every sublayer keeps.
 *
 * Everything is measured on whole slim models, where caches and threads are as they will be. With half of all other units present,
 *
 *   t(k) = (T(all sublayers of the kind keep k) - T(none of them is there)) / number of them
 *
 * so that sublayers add up to models; `fixed` is what remains of the model that keeps half of everything. Models are compared turn by turn
 * (`timeTogether`). Few heads are all measured; of many neurons a grid, and more where the curve bends.
 *
 * Source: latency tables of Kwon et al. 2022 (section 4.1), measured there on sublayers by themselves, without the rest of the model.
 *
 * @param watch - measures models of this shape, served as `setting` says
 * @param model - whose widths are varied
 * @throws {InvalidInputError} when the model has no units
 * @throws what the stopwatch throws; `signal.reason` when aborted
 * @example
 * const setting = { batch: 1, length: 128, threads: 1, precision: "fp32" }
 * const table = await profileLatency(encoder.stopwatch(setting), encoder, { setting })
 */
export async function profileLatency(
	watch: Stopwatch,
	model: ModelShape,
	{ setting, name, machine, winnow, checks = 4, ...options }: ProfileOptions,
): Promise<LatencyTable> {
	const { hidden, sublayers } = model
	const all: Widths = sublayers.map(({ units }) => units)
	if (!all.some((units) => units > 0))
		throw new InvalidInputError("latency profile", "the model", "one with units", "without")
	const half: Widths = all.map((units) => Math.ceil(units / 2))
	const probes = new Probes(watch, half, options)
	const groups = sublayerGroups(sublayers).map((group) => new GroupProfile(group, { model, half, probes }))
	await probes.measure("latency of sublayers", [all, ...groups.flatMap((group) => group.models)])
	for (let round = 0; round < refinements; round++) {
		for (const group of groups) group.refine(probes.ratio(all))
		await probes.measure(
			"latency where curves bend",
			groups.flatMap((group) => group.models),
		)
	}
	const models = randomWidths(all, checks)
	await probes.measure("latency of whole models", models)

	const curves = groups.map((group) => group.curve())
	const table: LatencyTable = {
		schema: "winnow-latency/1",
		setting: { ...setting },
		model: {
			...(name === undefined ? {} : { name }),
			hidden,
			sublayers: sublayers.map((sublayer) => ({ ...sublayer })),
		},
		dense: probes.timing(all),
		fixed: 0,
		curves,
		checks: [],
		noise: probes.error / probes.ratio(all),
		clock: watch.clock,
		runtime: watch.runtime,
		...(machine && { machine }),
		...(winnow && { winnow }),
	}
	const fixed = Math.max(0, probes.unit - predictedLatency(latencyModel(table, sublayers), half))
	const cost = latencyModel({ ...table, fixed }, sublayers)
	const checked = models.map((kept) => {
		const [predicted, measured] = [predictedLatency(cost, kept), probes.timing(kept).ms]
		return { kept: [...kept], predicted, measured }
	})
	return { ...table, fixed, checks: checked }
}

/** How often curves are looked at for bends, and how many points each may get then. */
const [refinements, pointsAtBends] = [2, 4]

/** Of the whole model's latency: bends that all sublayers of a kind together show less of are left alone. */
const bendTolerance = 0.01

/** What is measured of one group of sublayers. */
class GroupProfile {
	readonly #group: SublayerGroup
	readonly #at: { readonly model: ModelShape; readonly half: Widths; readonly probes: Probes }
	#grid: readonly number[]

	constructor(group: SublayerGroup, at: { model: ModelShape; half: Widths; probes: Probes }) {
		this.#group = group
		this.#at = at
		// Of a layer that is read at one token little depends.
		this.#grid = widthGrid(group.units, group.reads === "tokens" ? 8 : 4)
	}

	/** Every model that has to be measured. */
	get models(): readonly Widths[] {
		return this.#group.units === 0 ? [] : this.#grid.map((kept) => this.#widths(kept))
	}

	/** Widths of the model in which the sublayers of this group keep so many units; those that have not as many keep none. */
	#widths(kept: number): Widths {
		const members = new Set(this.#group.members)
		const having = new Set(membersWith(this.#group, kept, this.#at.model.sublayers))
		return this.#at.half.map((units, index) => (having.has(index) ? kept : members.has(index) ? 0 : units))
	}

	/** As a multiple of the reference's latency, of one sublayer; not below zero, where only noise can be. */
	#cost(kept: number): number {
		if (kept === 0) return 0
		const { probes, model } = this.#at
		const difference = probes.ratio(this.#widths(kept)) - probes.ratio(this.#widths(0))
		return Math.max(0, difference / membersWith(this.#group, kept, model.sublayers).length)
	}

	/** Adds points to the grid where the curve bends. */
	refine(whole: number): void {
		const { members, units, reads } = this.#group
		if (reads === "first" || units === 0) return
		const points = this.#grid.map((kept) => ({ kept, ms: this.#cost(kept) }))
		const more = bends(points, { tolerance: (bendTolerance * whole) / members.length, most: pointsAtBends })
		this.#grid = [...this.#grid, ...more].sort((a, b) => a - b)
	}

	curve(): LatencyCurve {
		const { kind, reads, members, units } = this.#group
		const { probes } = this.#at
		const grid = units === 0 ? [0] : this.#grid
		const points = grid.map((kept) => {
			const ms = this.#cost(kept) * probes.unit
			if (kept === 0) return { kept, ms, p10: 0, p90: 0 }
			// What single runs of the model strayed, spread over the sublayers.
			const { ms: whole, p10, p90 } = probes.timing(this.#widths(kept))
			const stray = (edge: number) => Math.max(0, ms + (edge - whole) / members.length)
			return { kept, ms, p10: stray(p10), p90: stray(p90) }
		})
		return { kind, reads, points }
	}
}

/** Models whose every width is drawn evenly from none to all; the same ones for every model of a shape. */
function randomWidths(all: Widths, count: number): readonly Widths[] {
	let state = 1
	const next = () => {
		// Park and Miller's generator: any will do.
		state = (state * 48_271) % 2_147_483_647
		return state / 2_147_483_647
	}
	return Array.from({ length: count }, () => all.map((units) => Math.floor(next() * (units + 1))))
}
