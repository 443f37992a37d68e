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
	/** What one of them may be. */
	readonly allowed: Allowed
}

export type Allowed = { readonly largest: number } | { readonly rms: number }

/** Token sequences that forms are compared on. */
const probes = { count: 64, seed: 0 }

/** Float32 sums in another order, in units of the largest logit but at least of 1. */
const anotherOrder = 1e-4

/**
 * Root mean square difference in units of the logits' spread. Sequences without meaning are harder than text, and single logits of
 * many tokens far off, so that this only tells a sound file from a broken one, whose logits have nothing to do with the safetensors':
 * how good it is, a score tells. MiniLM has up to 0.004 and 0.3.
 */
const shareOfSpread: Readonly<Record<"fp16" | "int8", number>> = { fp16: 0.05, int8: 0.75 }
/** Where all logits are nearly the same. */
const leastAllowed = 1e-3

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

function allowedOf(logits: Logits, format: Format): Allowed {
	const all = logits.flatMap((row) => [...row])
	if (format === "fp32") return { largest: anotherOrder * all.reduce((most, z) => Math.max(most, Math.abs(z)), 1) }
	const mean = all.reduce((sum, z) => sum + z, 0) / all.length
	const spread = Math.sqrt(all.reduce((sum, z) => sum + (z - mean) ** 2, 0) / all.length)
	return { rms: shareOfSpread[format] * spread + leastAllowed }
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
export function failureOf({ file, largest, rms, allowed }: FormDifference, folder = ""): InvalidInputError | undefined {
	const [what, actual, most] =
		"largest" in allowed ? ["logits", largest, allowed.largest] : ["logits, root mean square,", rms, allowed.rms]
	if (actual !== null && actual <= most) return undefined
	const expected = `within ${most.toPrecision(3)} of the safetensors'`
	return new InvalidInputError(join(folder, file), what, expected, actual?.toPrecision(3) ?? "not finite")
}
