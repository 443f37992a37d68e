import { InvalidInputError } from "@winnow/tensor"
import type { CheckedRepo } from "./hub-repo.ts"
import type { HubSettings } from "./hub-settings.ts"

/** What was asked for. */
export interface Wanted {
	readonly repo: CheckedRepo
	readonly settings: HubSettings
	/** The part of the repository: `file config.json`. */
	readonly what: string
}

/**
 * The one line for an answer of the Hub that is neither a success nor worth another try.
 *
 * The Hub tells more in the header X-Error-Code than in the status: it answers 401 where there is no repository, too, lest strangers
 * learn what exists (huggingface_hub, hf_raise_for_status).
 */
export function hubRefusal({ status, headers }: Response, { repo, settings, what }: Wanted): InvalidInputError {
	const must = (subject: string, expected: string, actual: string) =>
		new InvalidInputError(repo.name, subject, expected, actual)
	const code = headers.get("x-error-code")
	if (code === "RevisionNotFound") return must(`revision ${repo.revision}`, "in the repository", "not found")
	if (code === "EntryNotFound") return must(what, "in the repository", "missing")
	if (code === "GatedRepo") {
		const page = `${settings.endpoint}/${repo.name}`
		return must("access", `granted to the account of a token in HF_TOKEN: ask for it on ${page}`, "gated")
	}
	if (status === 401) {
		if (settings.token === undefined) {
			return must("the repository", "public, or readable with a token in HF_TOKEN", "private or not found (401)")
		}
		return must(
			"the token",
			"valid and allowed to read the repository",
			"refused, or there is no such repository (401)",
		)
	}
	if (status === 403) return must("the repository", "readable for the account of the token", "forbidden (403)")
	if (status === 404) return must("the repository", "on the Hub", "not found, or private to others (404)")
	return must(what, "served by the Hub", `HTTP ${status}`)
}
