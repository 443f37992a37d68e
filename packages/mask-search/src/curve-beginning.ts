import type { RemovalCurve } from "@winnow/tensor"

/** A curve without its last units: those that always stay. */
export function curveBeginning({ order, loss }: RemovalCurve, staying: number): RemovalCurve {
	const most = order.length - staying
	return { order: order.subarray(0, most), loss: loss.subarray(0, most + 1) }
}
