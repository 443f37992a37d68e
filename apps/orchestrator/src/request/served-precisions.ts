/**
 * How a model can be served where latency is measured: in float32, or with 8-bit integers. Half precision is for graphics cards; on a
 * processor there is no speed of it to measure.
 */
export const servedPrecisions = ["fp32", "int8"] as const

export type ServedPrecision = (typeof servedPrecisions)[number]
