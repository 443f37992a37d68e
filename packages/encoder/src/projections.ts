import { type Refit, tensor } from "@winnow/tensor"
import type { Model } from "./slimmed.ts"
import type { LayerWeights, Linear } from "./weights.ts"

type Kind = "attention" | "ffn"

/** One side of one sublayer: what it reads the residual stream with, or what it writes to it with. */
export interface Place {
	readonly kind: Kind
	readonly layer: number
	readonly side: "input" | "output"
}

type Projection = Extract<keyof LayerWeights, "query" | "key" | "value" | "attentionOutput" | "ffnInput" | "ffnOutput">

const projections: Record<Kind, Record<Place["side"], readonly Projection[]>> = {
	attention: { input: ["query", "key", "value"], output: ["attentionOutput"] },
	ffn: { input: ["ffnInput"], output: ["ffnOutput"] },
}

/** The linear map at a place; query, key and value side by side. */
export function projectionAt({ weights }: Model, { kind, layer, side }: Place): Linear {
	const parts = projections[kind][side].map((name) => weights.layers[layer]![name])
	return parts.length === 1 ? parts[0]! : sideBySide(parts)
}

/** The model with another map at a place. */
export function withProjection({ architecture, weights }: Model, { kind, layer, side }: Place, refit: Refit): Model {
	const names = projections[kind][side]
	const parts = names.length === 1 ? [refit] : columnBlocks(refit, names.length)
	const changed = Object.fromEntries(names.map((name, i) => [name, parts[i]!]))
	const layers = weights.layers.with(layer, { ...weights.layers[layer]!, ...changed })
	return { architecture, weights: { ...weights, layers } }
}

/** Maps of the same input and equally many outputs as one. */
function sideBySide(parts: readonly Linear[]): Linear {
	const [rows, width] = parts[0]!.weights.shape
	const columns = parts.length * width
	const data = new Float32Array(rows * columns)
	const bias = new Float32Array(columns)
	for (const [i, part] of parts.entries()) {
		bias.set(part.bias, i * width)
		for (let row = 0; row < rows; row++) {
			data.set(part.weights.data.subarray(row * width, (row + 1) * width), row * columns + i * width)
		}
	}
	return { weights: tensor("in out", [rows, columns], data), bias }
}

/** A map cut into `count` of equally many outputs. */
function columnBlocks({ weights, bias }: Linear, count: number): readonly Linear[] {
	const [rows, columns] = weights.shape
	const width = columns / count
	return Array.from({ length: count }, (_, i) => {
		const data = new Float32Array(rows * width)
		for (let row = 0; row < rows; row++) {
			const from = row * columns + i * width
			data.set(weights.data.subarray(from, from + width), row * width)
		}
		return { weights: tensor("in out", [rows, width], data), bias: bias.slice(i * width, (i + 1) * width) }
	})
}
