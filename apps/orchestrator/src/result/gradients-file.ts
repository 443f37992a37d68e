import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { join } from "node:path"
import { openSafetensors, type SafetensorsFile, writeSafetensors } from "@winnow/checkpoint"
import { InvalidInputError, type MaskGradients, type Sublayer, type Tensor, tensor } from "@winnow/tensor"

export const gradientsFile = "gradients.safetensors"

/** Binds the file to the curves.json beside it. */
interface GradientsReference {
	readonly sha256: string
}

/** Writes the mask gradients into an existing folder: one F32 tensor `[sample, unit]` a sublayer, named by its position. */
export async function writeGradients(folder: string, gradients: MaskGradients): Promise<GradientsReference> {
	const path = join(folder, gradientsFile)
	const tensors = gradients.map(({ shape, data }, index) => ({
		name: nameOf(index),
		dtype: "F32" as const,
		shape,
		data,
	}))
	await writeSafetensors(path, tensors)
	return { sha256: await sha256Of(path) }
}

/**
 * The gradients that belong to a curves.json, or `undefined` when the file is no longer beside it: it is large, and can be made again.
 *
 * @throws {InvalidInputError} when the file is another one or does not fit the model's sublayers
 */
export async function readGradients(
	path: string,
	{ sha256 }: GradientsReference,
	sublayers: readonly Sublayer[],
): Promise<MaskGradients | undefined> {
	const actual = await sha256Of(path).catch((error: NodeJS.ErrnoException) => {
		if (error.code === "ENOENT") return undefined
		throw new InvalidInputError(path, "the file", "readable", error.code, { cause: error })
	})
	if (actual === undefined) return undefined
	if (actual !== sha256) throw new InvalidInputError(path, "the SHA-256", `${sha256}, as in curves.json`, actual)
	const file = await openSafetensors(path)
	try {
		const gradients: Tensor<"sample unit">[] = []
		for (const [index, { units }] of sublayers.entries()) gradients.push(await rowsOf(file, index, units))
		return gradients
	} finally {
		await file.close()
	}
}

async function rowsOf(file: SafetensorsFile, index: number, units: number): Promise<Tensor<"sample unit">> {
	const { shape = [] } = file.tensors.get(nameOf(index)) ?? {}
	const [rows = 0, columns] = shape
	if (shape.length !== 2 || columns !== units) {
		throw new InvalidInputError(
			file.path,
			`the shape of ${nameOf(index)}`,
			`[samples, ${units}]`,
			`[${shape.join(", ")}]`,
		)
	}
	return tensor("sample unit", [rows, units], await file.readWeights(nameOf(index)))
}

const nameOf = (sublayer: number) => `gradients.${sublayer}`

async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256")
	for await (const block of createReadStream(path)) hash.update(block)
	return hash.digest("hex")
}
