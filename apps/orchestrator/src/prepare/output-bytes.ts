import type { TransformerEncoder } from "@winnow/encoder"
import type { Format } from "@winnow/export"
import type { TargetBudget } from "../request/recipe.ts"
import type { OpenModel } from "./open-model.ts"

/** Of one number in an ONNX file. */
const bytesPerNumber: Readonly<Record<Format, number>> = { fp32: 4, fp16: 2, int8: 1 }

/** Heads and neurons have not quite as many numbers for each multiply-accumulate. */
const numbersPerMac = 0.9

/**
 * What the folder of a model takes on the disk at least: safetensors with numbers as wide as the source's, and ONNX files.
 *
 * @param budget - of a model that is still to be pruned; how small a latency or a largest drop lets it become nobody knows before
 */
export function outputBytes(
	encoder: TransformerEncoder,
	{ source, formats, budget }: { source: OpenModel; formats: readonly Format[]; budget?: TargetBudget | "unknown" },
): number {
	const { parameters, hidden, architecture, sublayers } = encoder
	const numbersOf = { attention: 4 * hidden * architecture.headSize, ffn: 2 * hidden }
	const prunable = sublayers.reduce((sum, { kind, units }) => sum + units * numbersOf[kind], 0)
	const kept = parameters - (1 - leastShareOf(budget)) * prunable
	const widths = [
		Math.min(4, source.folder.bytes / source.encoder.parameters),
		...formats.map((format) => bytesPerNumber[format]),
	]
	return Math.floor(kept * widths.reduce((sum, width) => sum + width, 0))
}

function leastShareOf(budget: TargetBudget | "unknown" | undefined): number {
	if (budget === undefined) return 1
	return budget !== "unknown" && "macs" in budget ? numbersPerMac * budget.macs : 0
}
