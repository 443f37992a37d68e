interface SmallestFirst {
	add(value: number): void
	/** Takes the smallest out; undefined when there is none. */
	take(): number | undefined
}

/** A binary heap of numbers: whatever order they come in, the smallest leaves first. */
export function smallestFirst(): SmallestFirst {
	const heap: number[] = []
	return {
		add(value) {
			heap.push(value)
			rise(heap)
		},
		take() {
			const smallest = heap[0]
			const last = heap.pop()
			if (heap.length > 0) {
				heap[0] = last!
				sink(heap)
			}
			return smallest
		},
	}
}

/** Puts the last value in its place among those above it. */
function rise(heap: number[]): void {
	let at = heap.length - 1
	const value = heap[at]!
	while (at > 0) {
		const parent = (at - 1) >> 1
		if (heap[parent]! <= value) break
		heap[at] = heap[parent]!
		at = parent
	}
	heap[at] = value
}

/** Puts the first value in its place among those below it. */
function sink(heap: number[]): void {
	const value = heap[0]!
	let at = 0
	for (;;) {
		let child = 2 * at + 1
		if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
		if (child >= heap.length || heap[child]! >= value) break
		heap[at] = heap[child]!
		at = child
	}
	heap[at] = value
}
