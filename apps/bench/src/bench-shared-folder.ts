import { fileURLToPath } from "node:url"

/** Where models and data sets lie: where WINNOW_SHARED says, if that is a folder and not how much tests want one, or beside the repository. */
export function benchSharedFolder({ WINNOW_SHARED: named } = process.env): string {
	return named && named !== "required" ? named : fileURLToPath(new URL("../../../../shared", import.meta.url))
}
