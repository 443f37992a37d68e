import { type Kept, ShapeError, tensor } from "@winnow/tensor"
import { type Architecture, sublayersOf } from "./architecture.ts"
import type { EncoderWeights, LayerWeights, Linear } from "./weights.ts"

/** Sizes and weights that belong together. */
export interface Model {
	readonly architecture: Architecture
	readonly weights: EncoderWeights
}

/**
 * The model without the units that are not kept: heads leave Q, K, V and the rows of the output projection, neurons leave the
 * columns of the first FFN matrix and the rows of the second. Both output biases stay.
 *
 * @param kept - ascending unit indices per sublayer
 * @throws {ShapeError} when an index is not a unit of the model, or the indices are not ascending
 */
export function slimmed({ architecture, weights }: Model, kept: Kept): Model {
	refuseForeignUnits(architecture, kept)
	const { headSize } = architecture
	return {
		architecture: {
			...architecture,
			heads: architecture.heads.map((_, layer) => kept[2 * layer]!.length),
			neurons: architecture.neurons.map((_, layer) => kept[2 * layer + 1]!.length),
		},
		weights: {
			...weights,
			layers: weights.layers.map((layer, index) =>
				slimmedLayer(layer, channelsOf(kept[2 * index]!, headSize), kept[2 * index + 1]!),
			),
		},
	}
}

function slimmedLayer(layer: LayerWeights, channels: Uint32Array, neurons: Uint32Array): LayerWeights {
	return {
		...layer,
		query: columnsOf(layer.query, channels),
		key: columnsOf(layer.key, channels),
		value: columnsOf(layer.value, channels),
		attentionOutput: rowsOf(layer.attentionOutput, channels),
		ffnInput: columnsOf(layer.ffnInput, neurons),
		ffnOutput: rowsOf(layer.ffnOutput, neurons),
	}
}

/** Columns of the projections (rows of the output projection) that belong to these heads. */
function channelsOf(heads: Uint32Array, headSize: number): Uint32Array {
	return Uint32Array.from({ length: heads.length * headSize }, (_, i) => {
		return heads[Math.floor(i / headSize)]! * headSize + (i % headSize)
	})
}

function columnsOf({ weights, bias }: Linear, columns: Uint32Array): Linear {
	const [rows, width] = weights.shape
	if (columns.length === width) return { weights, bias }
	const data = new Float32Array(rows * columns.length)
	for (let row = 0; row < rows; row++) {
		for (let i = 0; i < columns.length; i++) data[row * columns.length + i] = weights.data[row * width + columns[i]!]!
	}
	return {
		weights: tensor("in out", [rows, columns.length], data),
		bias: Float32Array.from(columns, (column) => bias[column]!),
	}
}

function rowsOf({ weights, bias }: Linear, rows: Uint32Array): Linear {
	const [height, width] = weights.shape
	if (rows.length === height) return { weights, bias }
	const data = new Float32Array(rows.length * width)
	for (const [i, row] of rows.entries()) data.set(weights.data.subarray(row * width, (row + 1) * width), i * width)
	return { weights: tensor("in out", [rows.length, width], data), bias }
}

function refuseForeignUnits(architecture: Architecture, kept: Kept): void {
	const sublayers = sublayersOf(architecture)
	if (kept.length !== sublayers.length) {
		throw new ShapeError("slim", "kept", `one list for each of ${sublayers.length} sublayers`, kept.length)
	}
	for (const [index, { units }] of sublayers.entries()) {
		const list = kept[index]!
		for (let i = 0; i < list.length; i++) {
			if (list[i]! < units && (i === 0 || list[i - 1]! < list[i]!)) continue
			throw new ShapeError("slim", `kept units of sublayer ${index}`, `ascending and below ${units}`, list[i])
		}
	}
}
