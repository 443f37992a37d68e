import type { Initializer, OnnxModel } from "./model-proto.ts"

/** Offsets are multiples of a page, so that weights can be mapped into memory. */
const page = 4096
/** Smaller constants stay in the model, where shapes are inferred from them. */
const fewestBytes = 1024

/**
 * A model whose large initializers lie in a file of their own, if together they have more than `mostBytes` bytes.
 *
 * @param file - the name that the file of weights will have, beside the model's
 * @returns the model, and what that file holds, in order; nothing where all stays in the model
 */
export function externalised(
	model: OnnxModel,
	{ file, mostBytes }: { readonly file: string; readonly mostBytes: number },
): { readonly model: OnnxModel; readonly parts: readonly Uint8Array[] } {
	const total = model.initializers.reduce((sum, { data }) => sum + data.byteLength, 0)
	if (total <= mostBytes) return { model, parts: [] }
	const parts: Uint8Array[] = []
	let offset = 0
	const initializers = model.initializers.map((initializer): Initializer => {
		const { data } = initializer
		if (data.byteLength < fewestBytes) return initializer
		const external = { file, offset, length: data.byteLength }
		const padding = new Uint8Array((page - (data.byteLength % page)) % page)
		parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), padding)
		offset += data.byteLength + padding.length
		return { ...initializer, external }
	})
	return { model: { ...model, initializers }, parts }
}
