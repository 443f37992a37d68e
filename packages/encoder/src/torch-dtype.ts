import type { WeightDtype } from "@winnow/checkpoint"

/** The dtypes of weight files, as config.json and PyTorch call them. */
export const torchDtypes = { float32: "F32", float16: "F16", bfloat16: "BF16" } as const satisfies Record<
	string,
	WeightDtype
>

export type TorchDtype = keyof typeof torchDtypes

/** The narrowest dtype that holds tensors of all these: what loaders may cast a file's tensors to. */
export function torchDtypeOf(dtypes: Iterable<WeightDtype>): TorchDtype {
	const [only, ...others] = new Set(dtypes)
	if (others.length > 0) return "float32"
	return (Object.keys(torchDtypes) as TorchDtype[]).find((name) => torchDtypes[name] === only) ?? "float32"
}
