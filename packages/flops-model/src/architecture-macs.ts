import type { Sublayer } from "@winnow/tensor"
import { type MacSetting, macModel } from "./mac-model.ts"

/** MACs of one sample through an encoder, as `macModel` counts them. */
export interface ArchitectureMacs {
	readonly total: number
	/** In model order. `[sublayer]` */
	readonly sublayers: Float64Array
}

/**
 * MACs of a whole architecture: of a dense model, or of a slim one whose sublayers count what they kept.
 *
 * @throws {InvalidInputError} when a size is not positive
 * @example
 * architectureMacs(encoder.sublayers, { hidden: encoder.hidden, length: 128 }).total
 */
export function architectureMacs(sublayers: readonly Sublayer[], setting: MacSetting): ArchitectureMacs {
	const model = macModel(sublayers, setting)
	const macs = Float64Array.from(sublayers, ({ units }, index) => model.cost(index, units))
	return { total: macs.reduce((sum, each) => sum + each, model.fixed), sublayers: macs }
}
