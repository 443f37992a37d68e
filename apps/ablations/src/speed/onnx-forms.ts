import { mkdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import { type NotedRun, type PruneResult, pruneFamily } from "@winnow/orchestrator"
import { interpreter, writeOnnx } from "@winnow/runtime"
import type { Subject } from "../question.ts"
import type { SpeedOfForm } from "./speed-row.ts"

/** An ONNX file of a model. */
export interface OnnxForm extends Pick<SpeedOfForm, "macs" | "share" | "precision" | "bytes"> {
	readonly path: string
	/** Token ids are below. */
	readonly vocabulary: number
}

export interface OnnxFormsOptions extends NotedRun {
	/** Shares of the multiply-accumulates that the slim models keep. */
	readonly macs: readonly number[]
	readonly precisions: readonly SpeedOfForm["precision"][]
	/** Training rows to calibrate on. */
	readonly samples: number
	readonly seed: number
	/** Where models go. */
	readonly folder: string
}

/**
 * A model as strangers get it, dense and pruned by the default method, an ONNX file for each precision; the dense model comes first.
 *
 * @returns the files, and one of the results of pruning
 */
export async function onnxForms(
	{ model, data, task }: Subject,
	{ macs, precisions, samples, seed, folder, ...run }: OnnxFormsOptions,
): Promise<{ readonly forms: readonly OnnxForm[]; readonly result: PruneResult }> {
	const out = join(folder, "slim")
	const method = { samples, seed, timing: false, formats: [] }
	const results = await pruneFamily({ model, data, task, ...method, macs: [...macs], out }, run)
	const slim = results.map((result, index) => {
		return { macs: macs[index]!, share: result.macs.share, source: join(out, String(macs[index])) }
	})
	const forms: OnnxForm[] = []
	await mkdir(join(folder, "onnx"))
	for (const { source, ...kept } of [{ macs: 1, share: 1, source: model }, ...slim]) {
		const files = await written(source, { folder: join(folder, "onnx"), name: String(kept.macs), precisions })
		forms.push(...files.map((file) => ({ ...kept, ...file })))
	}
	return { forms, result: results[0]! }
}

async function written(
	source: string,
	{ precisions, ...place }: { readonly folder: string; readonly name: string } & Pick<OnnxFormsOptions, "precisions">,
): Promise<readonly Omit<OnnxForm, "macs" | "share">[]> {
	const folder = await openModelFolder(source)
	try {
		const encoder = await loadEncoder(folder, { runtime: interpreter() })
		const files: Omit<OnnxForm, "macs" | "share">[] = []
		for (const precision of precisions) files.push(await writtenIn(precision, { encoder, ...place }))
		return files
	} finally {
		await folder.close()
	}
}

async function writtenIn(
	precision: SpeedOfForm["precision"],
	{ encoder, folder, name }: { encoder: TransformerEncoder; readonly folder: string; readonly name: string },
) {
	const path = join(folder, `${name}-${precision}.onnx`)
	const names = await writeOnnx(encoder.graphs.served(), path, { precision })
	const sizes = await Promise.all(names.map((each) => stat(join(folder, each))))
	const bytes = sizes.reduce((sum, { size }) => sum + size, 0)
	return { precision, path, bytes, vocabulary: encoder.architecture.vocabulary }
}
