import { torchDtypes } from "@winnow/encoder"
import { type } from "arktype"

/** What the weight file may be in: `auto` is what each tensor came in, unless rounding to that costs. */
export const dtypes = ["auto", ...(Object.keys(torchDtypes) as (keyof typeof torchDtypes)[])] as const

export const dtypeChoice = type.enumerated(...dtypes)
