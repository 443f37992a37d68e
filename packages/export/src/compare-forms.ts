import { join } from "node:path"
import { randomSamples, type TransformerEncoder } from "@winnow/encoder"
import { InvalidInputError, type Logits, type Run } from "@winnow/tensor"
import { type Format, formatFiles } from "./formats.ts"
import { openServedModel } from "./served-model.ts"

/** How the logits of one ONNX file differ from those of the safetensors, in float32 in Winnow's own runtime. */
export interface FormDifference {
	readonly format: Format
	/** Path in the folder. */
	readonly file: string
	/** Largest absolute difference over sequences and logits; null where a logit is not finite. */
	readonly largest: number | null
	/** Root mean square difference; null likewise. */
	readonly rms: number | null
	/** What `largest` may be. */
	readonly allowed: number
}

/** Token sequences that forms are compared on. */
const probes = { count: 64, seed: 0 }

/**
 * What may differ, in units of the largest logit: float32 in another order of sums, half precision, bytes. Sequences without meaning are
 * harder than text, so that the last only tells a sound file from a broken one: a score tells how good it is.
 */
const tolerances: Readonly<Record<Format, number>> = { fp32: 1e-4, fp16: 0.03, int8: 0.5 }
const leastAllowed = 1e-4

export interface CompareOptions extends Run {
	readonly formats: readonly Format[]
	readonly threads?: number | undefined
}

/**
 * Runs ONNX files of a folder and its encoder on 64 seeded random token sequences of several lengths, padded and batched.
 *
 * @throws {UnsupportedError} when onnxruntime-node has no binary for this platform; `signal.reason` within one batch of an abort
 */
export async function compareForms(
	folder: string,
	encoder: Pick<TransformerEncoder, "architecture" | "logits">,
	{ formats, threads, signal, onProgress }: CompareOptions,
): Promise<readonly FormDifference[]> {
	if (formats.length === 0) return []
	const samples = randomSamples(encoder.architecture, probes)
	const own = await encoder.logits(samples, { ...(signal && { signal }) })
	const differences: FormDifference[] = []
	for (const [index, format] of formats.entries()) {
		onProgress?.({ stage: "verification", done: index, total: formats.length })
		const file = formatFiles[format]
		const model = await openServedModel(join(folder, file), { threads })
		try {
			const logits = await model.logits(samples, { ...(signal && { signal }) })
			differences.push({ format, file, ...difference(own, logits), allowed: allowedOf(own, format) })
		} finally {
			await model.close()
		}
	}
	onProgress?.({ stage: "verification", done: formats.length, total: formats.length })
	return differences
}

function allowedOf(logits: Logits, format: Format): number {
	const most = logits.reduce((max, row) => row.reduce((a, b) => Math.max(a, Math.abs(b)), max), 0)
	const share = tolerances[format]
	return format === "fp32" ? share * Math.max(1, most) : share * most + leastAllowed
}

function difference(own: Logits, other: Logits): Pick<FormDifference, "largest" | "rms"> {
	let [largest, squares, count] = [0, 0, 0]
	for (const [sample, row] of own.entries()) {
		for (const [c, z] of row.entries()) {
			const apart = Math.abs(other[sample]![c]! - z)
			if (!Number.isFinite(apart)) return { largest: null, rms: null }
			largest = Math.max(largest, apart)
			squares += apart ** 2
		}
		count += row.length
	}
	return { largest, rms: Math.sqrt(squares / count) }
}

/**
 * Says of a file that its logits are too far from those of the safetensors; undefined for a sound one.
 *
 * @param folder - in which it lies, for the message
 */
export function failureOf({ file, largest, allowed }: FormDifference, folder = ""): InvalidInputError | undefined {
	if (largest !== null && largest <= allowed) return undefined
	const apart = largest === null ? "not finite" : largest.toPrecision(3)
	return new InvalidInputError(
		join(folder, file),
		"logits",
		`within ${allowed.toPrecision(3)} of the safetensors'`,
		apart,
	)
}
