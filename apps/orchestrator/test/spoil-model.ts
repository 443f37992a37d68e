import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Ways to make a good model folder a bad one. */

export async function changeConfig(model: string, change: object): Promise<void> {
	const path = join(model, "config.json")
	await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...change }))
}

/** Changes the bytes of the weight file. */
export async function changeWeights(model: string, change: (bytes: Buffer) => Buffer): Promise<void> {
	const path = join(model, "model.safetensors")
	await writeFile(path, change(await readFile(path)))
}

/** One tensor, as the header of a safetensors file describes it. */
interface Entry {
	shape: number[]
	data_offsets: [begin: number, end: number]
}

/** Changes what the weight file says of one tensor, and leaves its data. */
export async function changeHeader(model: string, name: string, change: Partial<Entry>): Promise<void> {
	await changeWeights(model, (bytes) => {
		const end = 8 + Number(bytes.readBigUInt64LE())
		const header = JSON.parse(bytes.toString("utf8", 8, end))
		Object.assign(header[name], change)
		const text = Buffer.from(JSON.stringify(header))
		const length = Buffer.alloc(8)
		length.writeBigUInt64LE(BigInt(text.length))
		return Buffer.concat([length, text, bytes.subarray(end)])
	})
}
