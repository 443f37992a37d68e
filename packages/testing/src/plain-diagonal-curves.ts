interface Gradients {
	readonly shape: readonly [samples: number, units: number]
	readonly data: Float32Array
}

/**
 * Removal curves of the diagonal Fisher information straight from their definition: the oracle of what computes them fast.
 *
 *   score[u] = sum_s g[s, u]^2; ascending, of equal scores the higher index first; loss = running sum
 */
export function plainDiagonalCurves(gradients: readonly Gradients[]) {
	return gradients.map(({ shape: [samples, units], data }) => {
		const scores = Array.from({ length: units }, (_, unit) => {
			let sum = 0
			for (let s = 0; s < samples; s++) sum += data[s * units + unit]! ** 2
			return sum
		})
		const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]! || b - a)
		let sum = 0
		const loss = [0, ...order.map((unit) => (sum += scores[unit]!))]
		return { scores, order: Uint32Array.from(order), loss: Float64Array.from(loss) }
	})
}
