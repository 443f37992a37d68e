import { ShapeError } from "@winnow/tensor"
import type { Data, Dim, Graph, Value } from "./graph.ts"
import { boundShape, elements, shown } from "./shapes.ts"

/**
 * Checks what is fed to a program and gives every symbol of its shapes the size it has there.
 *
 * `float` inputs take a Float32Array or a Float64Array, `int` inputs an Int32Array.
 *
 * @param feeds - one entry per input of the graph, whether an output depends on it or not
 * @returns size by symbol
 * @throws {ShapeError} when a feed is missing or unknown, has another rank, size, length or element type than its input, or
 * when one symbol gets two sizes
 * @example
 * bindSizes(trace({ x: { shape: ["batch", 3] } }, ...), { x: { shape: [2, 3], data: new Float32Array(6) } }) // batch: 2
 */
export function bindSizes(graph: Graph, feeds: Readonly<Record<string, Data>>): Map<string, number> {
	for (const key of Object.keys(feeds)) {
		if (!Object.hasOwn(graph.inputs, key)) {
			throw new ShapeError("feeds", "every feed", `one of ${Object.keys(graph.inputs).join(", ")}`, key)
		}
	}
	const inputs = Object.entries(graph.inputs).map(([key, input]) => ({ key, input, feed: feedOf(key, input, feeds) }))
	const sizes = new Map<string, number>()
	for (const { input, feed } of inputs) {
		for (const [axis, dim] of input.shape.entries()) {
			if (isSymbol(dim) && !sizes.has(dim)) sizes.set(dim, feed.shape[axis]!)
		}
	}
	for (const { key, input, feed } of inputs) {
		const expected = shown(boundShape(input.shape, sizes))
		if (shown(feed.shape) === expected) continue
		const symbols = shown(input.shape) === expected ? "" : ` = ${shown(input.shape)}`
		throw new ShapeError("feeds", `the shape of ${key}`, `${expected}${symbols}`, shown(feed.shape))
	}
	return sizes
}

function feedOf(key: string, { shape, type }: Value, feeds: Readonly<Record<string, Data>>): Data {
	const feed = Object.hasOwn(feeds, key) ? feeds[key] : undefined
	if (feed === undefined) throw new ShapeError("feeds", key, "given", "missing")
	const { data } = feed
	const fits =
		type === "int" ? data instanceof Int32Array : data instanceof Float32Array || data instanceof Float64Array
	if (!fits) {
		const expected = type === "int" ? "an Int32Array" : "a Float32Array or a Float64Array"
		throw new ShapeError("feeds", `the data of ${key}`, expected, data.constructor.name)
	}
	if (feed.shape.length !== shape.length) {
		throw new ShapeError("feeds", `the shape of ${key}`, shown(shape), shown(feed.shape))
	}
	if (data.length !== elements(feed.shape)) {
		throw new ShapeError("feeds", `the data of ${key}`, `${elements(feed.shape)} long`, data.length)
	}
	return feed
}

/** A symbol that stands alone; `batch*length` follows from its factors. */
function isSymbol(dim: Dim): dim is string {
	return typeof dim === "string" && !dim.includes("*")
}
