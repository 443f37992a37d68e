import { readVarInt } from "hyparquet/src/thrift.js"

/** Writers may fill up the last run of packed values. */
const filling = 512

/**
 * Checks the run lengths of Parquet's hybrid encoding: a run is one value repeated, or values packed by eights.
 *
 * @param width - bits of a value
 * @param values - how many the runs stand for
 * @throws {Error} when a run is longer than that
 */
export function refuseLongRuns(bytes: Uint8Array, width: number, values: number): void {
	if (width > 32) throw new Error(`values of ${width} bits`)
	const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
	for (let seen = 0; seen < values && reader.offset < bytes.byteLength; ) {
		const header = readVarInt(reader)
		const [isPacked, count] = [header & 1, header >>> 1]
		const run = isPacked ? 8 * count : count
		if (run > values + filling) throw new Error(`a run of ${run} in a page of ${values} values`)
		reader.offset += isPacked ? count * width : (width + 7) >> 3
		seen += run
	}
}
