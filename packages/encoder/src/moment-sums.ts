import type { Data } from "@winnow/runtime"
import { type Moments, tensor } from "@winnow/tensor"
import { SymmetricSum } from "./upper-triangle.ts"

/** Moments added up in float64, batch by batch. */
export class MomentSums {
	readonly #xx: SymmetricSum
	readonly #xy: Float64Array
	readonly #x: Float64Array
	readonly #y: Float64Array
	readonly #columns: readonly [x: number, y: number]
	#yy = 0
	#rows = 0

	constructor(columnsX: number, columnsY: number) {
		this.#columns = [columnsX, columnsY]
		this.#xx = new SymmetricSum(columnsX, "xx")
		this.#xy = new Float64Array(columnsX * columnsY)
		this.#x = new Float64Array(columnsX)
		this.#y = new Float64Array(columnsY)
	}

	/** @param outputs - of `outputMomentsGraph`; without units there are no sums of x */
	add(rows: number, outputs: Readonly<Record<string, Data>>): void {
		this.#rows += rows
		this.#yy += Number(outputs.yy!.data[0])
		addTo(this.#y, outputs.y!)
		if (this.#columns[0] === 0) return
		addTo(this.#x, outputs.x!)
		addTo(this.#xy, outputs.xy!)
		this.#xx.add(outputs)
	}

	/** The sums as they are; nothing can be added afterwards. */
	moments(): Moments {
		const [inputs, out] = this.#columns
		return {
			rows: this.#rows,
			xx: tensor("in in", [inputs, inputs], this.#xx.matrix()),
			xy: tensor("in out", [inputs, out], this.#xy),
			x: this.#x,
			y: this.#y,
			yy: this.#yy,
		}
	}
}

/** sum += terms, element by element. */
export function addTo(sum: Float64Array, { data }: Data): void {
	const terms = data as Float32Array
	for (let i = 0; i < sum.length; i++) sum[i]! += terms[i]!
}
