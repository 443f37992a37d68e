import { bfloat16 } from "./bfloat16.ts"
import type { WeightDtype } from "./dtype.ts"
import { float16 } from "./float16.ts"
import type { HalfFormat } from "./half-format.ts"

/** The formats by their dtype; float32 needs no conversion. */
export const halfFormats: Readonly<Record<Exclude<WeightDtype, "F32">, HalfFormat>> = { F16: float16, BF16: bfloat16 }
