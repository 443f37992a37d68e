import { lstat } from "node:fs/promises"
import { readsAsId } from "./hub-repo.ts"

/**
 * Whether what a user gave as a model or data set names a repository of the Hugging Face Hub: it reads as `org/name`, and nothing on
 * this machine is called so. Everything else is a path, whether it exists or not.
 *
 * @example
 * const folder = (await isHubId(name)) ? (await downloadSnapshot({ id: name }, { files: modelFiles })).folder : name
 */
export async function isHubId(name: string): Promise<boolean> {
	if (!name.includes("/") || !readsAsId(name)) return false
	return lstat(name).then(
		() => false,
		() => true,
	)
}
