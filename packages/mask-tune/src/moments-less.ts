import { type Moments, tensor } from "@winnow/tensor"

/** Moments of the rows that are among `all` and not among `some`. */
export function momentsLess(all: Moments, some: Moments): Moments {
	return {
		rows: all.rows - some.rows,
		xx: tensor("in in", all.xx.shape, difference(all.xx.data, some.xx.data)),
		xy: tensor("in out", all.xy.shape, difference(all.xy.data, some.xy.data)),
		x: difference(all.x, some.x),
		y: difference(all.y, some.y),
		yy: all.yy - some.yy,
	}
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
	return a.map((value, k) => value - b[k]!)
}
