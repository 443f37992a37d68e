import type { Matrix64 } from "@winnow/linalg"

/** The diagonal blocks of a symmetric matrix, one a unit: what a removal costs by itself depends on no more. */
export class UnitBlocks {
	readonly channels: number
	/** `[unit, channel, channel]` */
	#data: Float64Array

	constructor({ rows, columns, data }: Matrix64, channels: number) {
		this.channels = channels
		this.#data = new Float64Array(rows * channels)
		for (let i = 0, to = 0; i < rows; i++) {
			const start = i * columns + i - (i % channels)
			for (let j = start; j < start + channels; j++, to++) this.#data[to] = data[j]!
		}
	}

	/** M -= x^T y */
	subtract({ rows: ranks, columns, data: x }: Matrix64, { data: y }: Matrix64): void {
		const { channels } = this
		for (let k = 0; k < ranks; k++) {
			const row = k * columns
			for (let i = 0, to = 0; i < columns; i++) {
				const first = row + i - (i % channels)
				const factor = x[row + i]!
				for (let j = first; j < first + channels; j++, to++) this.#data[to]! -= factor * y[j]!
			}
		}
	}

	/** Units that stay, ascending. */
	keep(units: Uint32Array): void {
		const size = this.channels ** 2
		const kept = new Float64Array(units.length * size)
		for (const [to, unit] of units.entries()) {
			kept.set(this.#data.subarray(unit * size, (unit + 1) * size), to * size)
		}
		this.#data = kept
	}

	/** Copies the block of a unit into a matrix `[channels, channels]`. */
	read(unit: number, block: Matrix64): void {
		const start = unit * block.data.length
		for (let k = 0; k < block.data.length; k++) block.data[k] = this.#data[start + k]!
	}
}
