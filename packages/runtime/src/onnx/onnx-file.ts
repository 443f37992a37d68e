import { type FileHandle, open, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { Graph } from "../graph/graph.ts"
import { externalised } from "./external-data.ts"
import { modelBytes } from "./model-proto.ts"
import { onnxModel, type Precision } from "./onnx-model.ts"

export interface OnnxFileOptions {
	/** Default: `fp32`. */
	readonly precision?: Precision | undefined
	/** Bytes of weights from which on they go into a file of their own (default: 1.9 GB; a file of protobuf ends at 2). */
	readonly mostBytes?: number | undefined
}

const protobufHolds = 1.9e9

/**
 * Writes a graph as an ONNX file (opset 17, IR version 8) that any ONNX runtime reads; `int` inputs are int64, as others feed them.
 *
 * Weights that do not fit into one file go to `NAME_data` beside it, as ONNX's external data.
 *
 * @param path - of a new file
 * @returns the names of the files written
 * @throws {InvalidInputError} when a weight is beyond the range of the precision
 * @example
 * await writeOnnx(encoder.graphs.served(), "onnx/model.onnx")
 */
export async function writeOnnx(
	graph: Graph,
	path: string,
	{ precision, mostBytes = protobufHolds }: OnnxFileOptions = {},
): Promise<readonly string[]> {
	const model = onnxModel(graph, { precision, integers: "int64" })
	const beside = `${basename(path)}_data`
	const { model: small, parts } = externalised(model, { file: beside, mostBytes })
	if (parts.length > 0) await writeParts(join(dirname(path), beside), parts)
	await writeFile(path, modelBytes(small), { flag: "wx" })
	return parts.length > 0 ? [basename(path), beside] : [basename(path)]
}

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
	const file: FileHandle = await open(path, "wx")
	try {
		for (const part of parts) await file.writeFile(part)
	} finally {
		await file.close()
	}
}
