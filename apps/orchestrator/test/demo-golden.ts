import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

// What tools/golden computes on the demo model: the method of Kwon et al. 2022, written down independently in PyTorch.

export const goldenFolder = fileURLToPath(new URL("../../../tools/golden/", import.meta.url))

/** The paper's code with its quirks, and the preset `kwon2022`. */
export const goldenMethods = ["strict", "default"] as const
export type GoldenMethod = (typeof goldenMethods)[number]

export interface SearchRecord {
	readonly heads: readonly number[]
	readonly neurons: readonly number[]
	/** Of the MACs. */
	readonly share: number
}

/** What happened to one sublayer that was solved, in the order of the walk. */
interface FitRecord {
	/** `0.attention`, `0.ffn`, ... */
	readonly sublayer: string
	readonly outcome: "tuned" | "rejected"
	/** LSMR's, where that solved. */
	readonly reason: number | null
}

interface BudgetRecord extends SearchRecord {
	readonly fits: readonly FitRecord[]
}

export interface DemoGolden {
	/** Tokens of the MAC model. */
	readonly length: number
	readonly runs: Readonly<
		Record<
			GoldenMethod,
			{
				readonly budgets: Readonly<Record<string, BudgetRecord>>
				readonly searchedOnly: Readonly<Record<string, SearchRecord>>
			}
		>
	>
	readonly names: readonly string[]
	/** Rows of train.tsv that a method was run on. */
	indices(method: GoldenMethod): readonly number[]
	/** Everything of one tensor, in float64. */
	values(name: string): Float64Array
	/** `strict.fisher` and the like, one array a sublayer in the order of the model: rows of heads and neurons by turns. */
	bySublayer(name: string): readonly Float64Array[]
	/** Units that a mask keeps, or that have a scale. */
	kept(name: string): readonly Uint32Array[]
}

/** Reads a golden, of the repository or one that was just made. */
export function readDemoGolden(folder = goldenFolder): DemoGolden {
	const { length, runs } = JSON.parse(readFileSync(join(folder, "golden.json"), "utf8"))
	const file = readFileSync(join(folder, "golden.safetensors"))
	const start = 8 + Number(file.readBigUInt64LE(0))
	const header: Record<string, Entry> = JSON.parse(file.toString("utf8", 8, start))
	const entry = (name: string) => {
		const found = header[name]
		if (found === undefined) throw new Error(`golden.safetensors has no tensor ${name}`)
		return found
	}
	const values = (name: string) => decoded(file.subarray(start), entry(name))
	const bySublayer = (name: string) => {
		const [heads, neurons] = ["heads", "neurons"].map((kind) =>
			layersOf(values(`${name}.${kind}`), entry(`${name}.${kind}`)),
		)
		return heads!.flatMap((layer, l) => [layer, neurons![l]!])
	}
	return {
		length,
		runs,
		names: Object.keys(header).filter((name) => name !== "__metadata__"),
		indices: (method) => [...values(`${method}.indices`)],
		values,
		bySublayer,
		kept: (name) => bySublayer(name).map((mask) => Uint32Array.from(mask.keys()).filter((unit) => mask[unit] !== 0)),
	}
}

const arrays = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array }

interface Entry {
	readonly dtype: keyof typeof arrays
	readonly shape: readonly number[]
	readonly data_offsets: readonly [number, number]
}

function decoded(data: Buffer, { dtype, data_offsets: [from, to] }: Entry): Float64Array {
	// Copied: a file's buffer need not be aligned to eight bytes.
	const { buffer } = Uint8Array.from(data.subarray(from, to))
	return Float64Array.from(new arrays[dtype](buffer))
}

/** `[layer, unit]`, or of gradients `[row, layer, unit]`: one array a layer, row after row. */
function layersOf(values: Float64Array, { shape }: Entry): readonly Float64Array[] {
	const [layers, units] = shape.slice(-2) as [number, number]
	const rows = values.length / (layers * units)
	return Array.from({ length: layers }, (_, layer) => {
		const own = new Float64Array(rows * units)
		for (let row = 0; row < rows; row++) {
			const from = (row * layers + layer) * units
			own.set(values.subarray(from, from + units), row * units)
		}
		return own
	})
}
