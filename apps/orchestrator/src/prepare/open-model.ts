import { basename, resolve } from "node:path"
import { type ModelFolder, openModelFolder } from "@winnow/checkpoint"
import { loadEncoder, type TransformerEncoder } from "@winnow/encoder"
import type { Runtime } from "@winnow/runtime"
import { closed } from "./closed.ts"
import { type HubSource, locateModel } from "./locate.ts"
import { openRuntime, type RuntimeChoice } from "./open-runtime.ts"

/** A model folder and the encoder in it, ready to run. */
export interface OpenModel {
	readonly folder: ModelFolder
	/** Where it came from, if that was the Hugging Face Hub. */
	readonly hub: HubSource | undefined
	readonly encoder: TransformerEncoder
	/** What runs it. */
	readonly runtime: Runtime
	close(): Promise<void>
}

/** What a result says of the model it is about. */
export interface ModelIdentity {
	/** The last part of the folder's path, as the rest is this machine's business; or `org/name` on the Hub. */
	readonly source: string
	/** The commit, of a model of the Hub. */
	readonly revision?: string
	/** Of weights and configuration. */
	readonly sha256: string
}

/**
 * @param model - a folder, or `org/name` or `org/name@revision` on the Hugging Face Hub
 * @throws whatever is wrong with the folder, the Hub or the platform
 */
export async function openModel(model: string, options: RuntimeChoice): Promise<OpenModel> {
	const { folder: path, hub } = await locateModel(model, options)
	const folder = await openModelFolder(path)
	const open: (() => Promise<void>)[] = [() => folder.close()]
	const close = () => closed(open)
	try {
		const runtime = await openRuntime(options)
		open.unshift(() => runtime.close())
		const encoder = await loadEncoder(folder, { runtime })
		open.unshift(() => encoder.close())
		noteUnread(encoder, options)
		return { folder, hub, encoder, runtime, close }
	} catch (error) {
		await close()
		throw error
	}
}

const mostNamed = 6

/** As Transformers warns of tensors that it does not use. */
function noteUnread({ unread, transformersClass }: TransformerEncoder, { onNote }: RuntimeChoice): void {
	if (unread.length === 0) return
	const more = unread.length > mostNamed ? ` and ${unread.length - mostNamed} more` : ""
	const names = `${unread.slice(0, mostNamed).join(", ")}${more}`
	onNote?.(`tensors that ${transformersClass} does not read are left out: ${names}`)
}

export async function identityOf(open: OpenModel): Promise<ModelIdentity> {
	const revision = open.hub && { revision: open.hub.commit }
	return { source: sourceOf(open), ...revision, sha256: await open.folder.sha256() }
}

/** As in an identity; reads nothing. */
export function sourceOf({ folder, hub }: OpenModel): string {
	return hub?.id ?? basename(resolve(folder.folder))
}
