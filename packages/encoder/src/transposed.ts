/** A row-major matrix of `rows` x `columns`, transposed. In tiles, so that both sides stay in cache. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
	const result = new Float32Array(data.length)
	const tile = 32
	for (let top = 0; top < rows; top += tile) {
		const bottom = Math.min(top + tile, rows)
		for (let left = 0; left < columns; left += tile) {
			const right = Math.min(left + tile, columns)
			for (let row = top; row < bottom; row++) {
				for (let column = left; column < right; column++) {
					result[column * rows + row] = data[row * columns + column]!
				}
			}
		}
	}
	return result
}
