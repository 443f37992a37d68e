import { basename, resolve } from "node:path"
import { type ModelFolder, openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import type { Runtime } from "@winnow/runtime"
import { closed } from "./closed.ts"
import { openRuntime, type RuntimeChoice } from "./open-runtime.ts"

/** A model folder and the encoder in it, ready to run. */
export interface OpenModel {
	readonly folder: ModelFolder
	readonly encoder: TransformerEncoder
	/** What runs it. */
	readonly runtime: Runtime
	close(): Promise<void>
}

/** What a result says of the model it is about. */
export interface ModelIdentity {
	/** The last part of the folder's path: the rest is this machine's business. */
	readonly source: string
	/** Of weights and configuration. */
	readonly sha256: string
}

/** @throws whatever is wrong with the folder, or with the platform */
export async function openModel(model: string, options: RuntimeChoice): Promise<OpenModel> {
	const folder = await openModelFolder(model)
	const open: (() => Promise<void>)[] = [() => folder.close()]
	const close = () => closed(open)
	try {
		const runtime = await openRuntime(options)
		open.unshift(() => runtime.close())
		const encoder = await loadEncoder(folder, { runtime })
		open.unshift(() => encoder.close())
		return { folder, encoder, runtime, close }
	} catch (error) {
		await close()
		throw error
	}
}

export async function identityOf(open: OpenModel): Promise<ModelIdentity> {
	return { source: sourceOf(open), sha256: await open.folder.sha256() }
}

/** The last part of the folder's path, as in an identity; reads nothing. */
export function sourceOf({ folder }: OpenModel): string {
	return basename(resolve(folder.folder))
}
