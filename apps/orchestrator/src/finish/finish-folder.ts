import { stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { TransformerEncoder } from "@winnow/encoder"
import {
	type CardFacts,
	deleteForm,
	type Format,
	type FormDifference,
	type FormScoring,
	filesIn,
	inheritedMetadata,
	type JudgedForm,
	judgeForms,
	modelCard,
	type Pruning,
	writeChecksums,
	writeModel,
} from "@winnow/export"
import type { Score } from "@winnow/glue-eval"
import type { NotedRun } from "../noted-run.ts"
import { finiteScore } from "../result/finite-score.ts"
import { readableJson } from "../result/readable-json.ts"
import { winnowVersion } from "../version.ts"

/** What a finished folder is made of. */
export interface Finished extends NotedRun {
	readonly encoder: TransformerEncoder
	/** The folder that the tokenizer is in, and the card of the model that this one was made of. */
	readonly tokenizer: string
	readonly formats: readonly Format[]
	/** Of the runtime that verifies them. */
	readonly threads: number | undefined
	/** What scores them, where there is a task. */
	readonly scoring?: FormScoring<Score> | undefined
	readonly card: Pick<CardFacts, "name" | "source"> & { readonly pruning?: Pruning | undefined }
}

/** What a folder turned out to hold. */
export interface Contents {
	/** Bytes of every file but winnow.json and the list of checksums. */
	readonly files: Readonly<Record<string, number>>
	/** ONNX files, compared with the safetensors, and scored where there is a task. */
	readonly forms: readonly VerifiedForm[]
	/** ONNX files that were not sound: they are no longer in the folder. */
	readonly leftOut: readonly (VerifiedForm & { readonly reason: string })[]
}

type VerifiedForm = FormDifference & Partial<ReturnType<typeof finiteScore>>

/** As records hold them: what was left out only where something was. */
export function formsOf({ forms, leftOut }: Pick<Contents, "forms" | "leftOut">) {
	return { forms: [...forms], ...(leftOut.length > 0 ? { leftOut: [...leftOut] } : {}) }
}

/**
 * Fills a folder with a finished model, verified: what runs it, model card, winnow.json, checksums. What already lies in it is listed, too.
 * An ONNX file that is not sound is left out, with a note that says why.
 *
 * @param record - what winnow.json shall hold
 * @throws `signal.reason` within one batch of an abort
 */
export async function finishFolder<Record>(
	folder: string,
	{ encoder, tokenizer, formats, threads, scoring, card, ...run }: Finished,
	record: (contents: Contents) => Record,
): Promise<Record> {
	const { signal } = run
	await writeModel(folder, encoder, { tokenizer, formats, ...(signal && { signal }) })
	const judged = await judgeForms(folder, encoder, { formats, threads, scoring, ...run })
	const { forms, leftOut } = await withoutUnsound(folder, judged, run)
	const { transformersClass, isSlim, labels, architecture } = encoder
	const sizes = await sizesOf(folder)
	const isSpan = architecture.head === "span"
	const kinds = architecture.segments > 1 ? ["token_type_ids"] : []
	const text = modelCard({
		name: card.name,
		source: card.source,
		inherited: await inheritedMetadata(tokenizer),
		...(card.pruning && { pruning: card.pruning }),
		transformersClass,
		isSlim,
		labels,
		widths: architecture,
		bytes: sizes["model.safetensors"]!,
		forms: forms.map(({ file, ...form }) => ({ ...form, bytes: bytesOf(sizes, file) })),
		io: {
			inputs: ["input_ids", "attention_mask", ...kinds],
			outputs: isSpan ? ["start_logits", "end_logits"] : ["logits"],
		},
		version: winnowVersion,
	})
	await writeFile(join(folder, "README.md"), text)
	const content = record({ files: await sizesOf(folder), forms, leftOut })
	await writeFile(join(folder, "winnow.json"), readableJson(content as object))
	await writeChecksums(folder)
	return content
}

/** Deletes forms that are not sound. */
async function withoutUnsound(
	folder: string,
	judged: readonly JudgedForm<Score>[],
	{ onNote }: NotedRun,
): Promise<Pick<Contents, "forms" | "leftOut">> {
	const [forms, leftOut]: [VerifiedForm[], (VerifiedForm & { reason: string })[]] = [[], []]
	for (const { form, score, failure } of judged) {
		const verified = { ...form, ...(score && finiteScore(score)) }
		if (failure === undefined) forms.push(verified)
		else {
			// The folder is a temporary one: its name would say nothing.
			const reason = failure.message.replace(`${join(folder, form.file)}: `, "")
			onNote?.(`${form.file} is not sound, and is left out: ${reason}`)
			leftOut.push({ ...verified, reason })
			await deleteForm(folder, form)
		}
	}
	return { forms, leftOut }
}

/** With the weights that lie beside an ONNX file. */
function bytesOf(sizes: Readonly<Record<string, number>>, file: string): number {
	return sizes[file]! + (sizes[`${file}_data`] ?? 0)
}

async function sizesOf(folder: string): Promise<Record<string, number>> {
	const sized = (await filesIn(folder)).map(async (path) => [path, (await stat(join(folder, path))).size] as const)
	return Object.fromEntries(await Promise.all(sized))
}
