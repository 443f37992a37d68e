import { readFileSync } from "node:fs"
import { sharedFile } from "./shared-file.ts"

// l layer, u unit (head or neuron), b batch. The goldens' model: 6 layers, 12 heads of 32 channels, 1,536 neurons.
const layers = 6
const kinds = [
	{ kind: "attention", name: "heads", grads: "head_grads", units: 12, channels: 32 },
	{ kind: "ffn", name: "neurons", grads: "neuron_grads", units: 1536, channels: 1 },
] as const

/** What the unmodified code of Kwon et al. 2022 computed on one model and task, sublayers in model order. */
export interface Golden {
	readonly hidden: number
	/** Mean length of the task's dev set: the length of the MAC model. */
	readonly length: number
	readonly sublayers: readonly GoldenSublayer[]
	/** dLoss/dmask at mask = 1, one row a batch of 32. `[batch, unit]` */
	readonly gradients: readonly { axes: "sample unit"; shape: readonly [number, number]; data: Float32Array }[]
	/** Share of the MACs that the searched architecture keeps, in float32. */
	share(constraint: GoldenConstraint): number
	/** Units that a mask keeps, ascending, one array a sublayer. */
	kept(stage: "teacher" | "searched" | "rearranged", constraint: GoldenConstraint): readonly Uint32Array[]
}

interface GoldenSublayer {
	readonly kind: "attention" | "ffn"
	readonly layer: number
	readonly units: number
	readonly channels: number
	readonly reads: "tokens" | "first"
}

export const goldenTasks = ["stsb", "sst2"] as const
/** Shares of MACs that the golden runs were asked for. */
export const goldenConstraints = ["0.5", "0.4", "0.3"] as const
export type GoldenConstraint = (typeof goldenConstraints)[number]

/** Reads the golden files of one task. */
export function readGolden(task: (typeof goldenTasks)[number]): Golden {
	const json = JSON.parse(readFileSync(sharedFile(`goldens/kwon2022-${task}/golden.json`), "utf8"))
	const read = tensorsOf(readFileSync(sharedFile(`goldens/kwon2022-${task}/golden.safetensors`)))
	return {
		hidden: 384,
		length: json.mean_length,
		sublayers: eachSublayer((layer, { kind, units, channels }) => {
			return { kind, layer, units, channels, reads: layer === layers - 1 ? "first" : "tokens" }
		}),
		gradients: eachSublayer((layer, { grads, units }) => gradientsOf(read(grads), layer, units)),
		share: (constraint) => json.runs[constraint].mac,
		kept: (stage, constraint) =>
			eachSublayer((layer, { name, units }) => {
				const mask = read(`${stage}_${name}_${constraint}`).subarray(layer * units, (layer + 1) * units)
				return Uint32Array.from(mask.keys()).filter((unit) => mask[unit] !== 0)
			}),
	}
}

function eachSublayer<T>(make: (layer: number, kind: (typeof kinds)[number]) => T): readonly T[] {
	return Array.from({ length: layers * kinds.length }, (_, at) => make(Math.floor(at / 2), kinds[at % 2]!))
}

/** One layer out of `[batch, layer, unit]`. */
function gradientsOf(all: Float32Array, layer: number, units: number): Golden["gradients"][number] {
	const batches = all.length / (layers * units)
	const data = new Float32Array(batches * units)
	for (let b = 0; b < batches; b++) {
		const start = (b * layers + layer) * units
		data.set(all.subarray(start, start + units), b * units)
	}
	return { axes: "sample unit", shape: [batches, units], data }
}

/** A safetensors file of float32: eight bytes of header length, the header as JSON, the data. */
function tensorsOf(file: Buffer): (name: string) => Float32Array {
	const start = 8 + Number(file.readBigUInt64LE(0))
	const header = JSON.parse(file.toString("utf8", 8, start))
	return (name) => {
		const [from, to]: [number, number] = header[name].data_offsets
		// Copied: a file's buffer need not be aligned to four bytes.
		return new Float32Array(Uint8Array.from(file.subarray(start + from, start + to)).buffer)
	}
}
