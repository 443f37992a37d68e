import { stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { TransformerEncoder } from "@winnow/encoder"
import {
	type CardFacts,
	compareForms,
	type Format,
	type FormDifference,
	failureOf,
	filesIn,
	modelCard,
	type Pruning,
	writeChecksums,
	writeModel,
} from "@winnow/export"
import type { Run } from "@winnow/tensor"
import { readableJson } from "../result/readable-json.ts"
import { winnowVersion } from "../version.ts"

/** What a finished folder is made of. */
export interface Finished extends Run {
	readonly encoder: TransformerEncoder
	/** The folder that the tokenizer is in. */
	readonly tokenizer: string
	readonly formats: readonly Format[]
	/** Of the runtime that verifies them. */
	readonly threads: number | undefined
	readonly card: Pick<CardFacts, "name" | "source"> & { readonly pruning?: Pruning | undefined }
}

/** What a folder turned out to hold. */
export interface Contents {
	/** Bytes of every file but winnow.json and the list of checksums. */
	readonly files: Readonly<Record<string, number>>
	/** ONNX files, compared with the safetensors. */
	readonly forms: readonly FormDifference[]
}

/**
 * Fills a folder with a finished model, verified: what runs it, model card, winnow.json, checksums. What already lies in it is listed, too.
 *
 * @param record - what winnow.json shall hold
 * @throws {WinnowError} when an ONNX file does not compute what the safetensors do; `signal.reason` within one batch of an abort
 */
export async function finishFolder<Record>(
	folder: string,
	{ encoder, tokenizer, formats, threads, card, ...run }: Finished,
	record: (contents: Contents) => Record,
): Promise<Record> {
	const { signal } = run
	await writeModel(folder, encoder, { tokenizer, formats, ...(signal && { signal }) })
	const forms = await compareForms(folder, encoder, { formats, threads, ...run })
	for (const form of forms) {
		const failure = failureOf(form)
		if (failure !== undefined) throw failure
	}
	const { transformersClass, isSlim, labels, architecture } = encoder
	const sizes = await sizesOf(folder)
	const text = modelCard({
		name: card.name,
		source: card.source,
		...(card.pruning && { pruning: card.pruning }),
		transformersClass,
		isSlim,
		labels,
		widths: architecture,
		bytes: sizes["model.safetensors"]!,
		forms: forms.map(({ format, file, largest }) => ({ format, bytes: bytesOf(sizes, file), largest })),
		version: winnowVersion,
	})
	await writeFile(join(folder, "README.md"), text)
	const content = record({ files: await sizesOf(folder), forms })
	await writeFile(join(folder, "winnow.json"), readableJson(content as object))
	await writeChecksums(folder)
	return content
}

/** With the weights that lie beside an ONNX file. */
function bytesOf(sizes: Readonly<Record<string, number>>, file: string): number {
	return sizes[file]! + (sizes[`${file}_data`] ?? 0)
}

async function sizesOf(folder: string): Promise<Record<string, number>> {
	const sized = (await filesIn(folder)).map(async (path) => [path, (await stat(join(folder, path))).size] as const)
	return Object.fromEntries(await Promise.all(sized))
}
