import { DowndatedMatrix, factorTriangle, type Gemm64, type Matrix64, matrix64, whiten } from "@winnow/linalg"
import { InvalidInputError } from "@winnow/tensor"
import { eliminated } from "./eliminated.ts"
import { UnitBlocks } from "./unit-blocks.ts"

/** Q and P of the channels that are there. */
export interface RemovalMatrices {
	/** Q = H^-1 */
	readonly inverse: Matrix64
	/** P = W S W^T */
	readonly price: Matrix64
}

/**
 * What it costs to remove units of one sublayer under the Hessian S (x) H, where all units that stay compensate for it: optimal
 * brain surgeon (Hassibi and Stork 1993) for units of `channels` rows of W.
 *
 *   charge of u = 1/2 tr(Q_uu^-1 P_uu)
 *
 * A removal changes Q and P as `eliminated` says, so that charges add up to the joint cost of all that went. Everything depends on
 * W and S through P alone: neither W nor a factor of S is kept.
 *
 * Units are named by their position among those of the last `settle`.
 */
export class RemovalProblem {
	readonly channels: number
	readonly #q: DowndatedMatrix
	readonly #p: DowndatedMatrix
	readonly #qBlocks: UnitBlocks
	readonly #pBlocks: UnitBlocks
	/** Infinite for units that are gone. `[unit]` */
	#charges = new Float64Array()
	#gone = new Uint8Array()

	/** @param capacity - how many channels may go before `settle` */
	constructor({ inverse, price }: RemovalMatrices, channels: number, capacity: number) {
		this.channels = channels
		this.#qBlocks = new UnitBlocks(inverse, channels)
		this.#pBlocks = new UnitBlocks(price, channels)
		this.#q = new DowndatedMatrix(inverse, capacity)
		this.#p = new DowndatedMatrix(price, 2 * capacity)
		this.#gone = new Uint8Array(inverse.rows / channels)
		this.#charge()
	}

	/** The charge of a unit; infinite once it is gone. */
	charge(unit: number): number {
		return this.#charges[unit]!
	}

	/** How many more channels may go before `settle`. */
	get room(): number {
		return this.#q.capacity - this.#q.noted
	}

	/** The units of least charge, cheapest first; of equals the higher first. */
	cheapest(count: number): Uint32Array {
		const units = new Uint32Array(count)
		let found = 0
		for (let unit = this.#charges.length - 1; unit >= 0; unit--) {
			const charge = this.#charges[unit]!
			if (this.#gone[unit] || (found === count && !(charge < this.charge(units[count - 1]!)))) continue
			let at = found < count ? found++ : count - 1
			for (; at > 0 && charge < this.charge(units[at - 1]!); at--) units[at] = units[at - 1]!
			units[at] = unit
		}
		return units.subarray(0, found)
	}

	/** The problem of some units alone; the others only compensate. Its unit k is `units[k]`. */
	among(units: Uint32Array, capacity: number): RemovalProblem {
		const channels = this.#channelsOf(units)
		const matrices = { inverse: this.#q.block(channels), price: this.#p.block(channels) }
		return new RemovalProblem(matrices, this.channels, capacity)
	}

	/** @throws {InvalidInputError} where rounding has eaten up what damping there was */
	remove(units: Uint32Array): void {
		const channels = this.#channelsOf(units)
		const change = eliminated(this.#q.rows(channels), this.#p.rows(channels), channels)
		if (change === undefined) throw tooLittleDamping()
		const { u, a } = change
		this.#q.subtract(u, u)
		this.#p.subtract(u, a)
		this.#p.subtract(a, u)
		this.#qBlocks.subtract(u, u)
		this.#pBlocks.subtract(u, a)
		this.#pBlocks.subtract(a, u)
		for (const unit of units) this.#gone[unit] = 1
		this.#charge()
	}

	/** Forgets what is gone, so that there is room again. Returns the units that stay: they are numbered anew in this order. */
	async settle(gemm: Gemm64): Promise<Uint32Array> {
		const stay = Uint32Array.from(this.#gone.keys()).filter((unit) => !this.#gone[unit])
		const channels = this.#channelsOf(stay)
		// One is put together while the other's product is computed.
		await Promise.all([this.#q.settle(channels, gemm), this.#p.settle(channels, gemm)])
		this.#qBlocks.keep(stay)
		this.#pBlocks.keep(stay)
		this.#charges = Float64Array.from(stay, (unit) => this.charge(unit))
		this.#gone = new Uint8Array(stay.length)
		return stay
	}

	#channelsOf(units: Uint32Array): Uint32Array {
		const count = this.channels
		const channels = new Uint32Array(units.length * count)
		for (let k = 0; k < channels.length; k++) channels[k] = units[Math.floor(k / count)]! * count + (k % count)
		return channels
	}

	#charge(): void {
		const lower = matrix64(this.channels, this.channels)
		const price = matrix64(this.channels, this.channels)
		this.#charges = new Float64Array(this.#gone.length).fill(Number.POSITIVE_INFINITY)
		for (let unit = 0; unit < this.#gone.length; unit++) {
			if (this.#gone[unit]) continue
			this.#qBlocks.read(unit, lower)
			this.#pBlocks.read(unit, price)
			if (factorTriangle(lower)) throw tooLittleDamping()
			whiten(lower, price)
			this.#charges[unit] = halfTrace(price)
		}
	}
}

/** Half the trace, not below zero: what rounding makes of nothing may lie on either side. */
function halfTrace({ rows, data }: Matrix64): number {
	let trace = 0
	for (let i = 0; i < rows; i++) trace += data[i * rows + i]!
	return Math.max(0, trace / 2)
}

function tooLittleDamping(): InvalidInputError {
	const expected = "large enough for what remains to stay positive definite in float64"
	return new InvalidInputError("K-FAC curves", "mu", expected, "too small")
}
