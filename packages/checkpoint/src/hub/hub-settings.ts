import { readFile } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { systemCode, systemError } from "../files/system-error.ts"

/** Environment variables, as `process.env` has them. An empty one counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where the Hub and its cache are, and who asks. */
export interface HubSettings {
	/** Without a slash at its end. */
	readonly endpoint: string
	/** The folder of all repositories. */
	readonly cache: string
	readonly token: string | undefined
	readonly offline: boolean
}

/**
 * The settings that Python's huggingface_hub would use in the same environment: `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`, `HF_TOKEN`,
 * `HF_TOKEN_PATH`, `HF_HUB_OFFLINE` and their older names, else the defaults below `~/.cache/huggingface`.
 *
 * @throws {InvalidInputError} when the endpoint is no URL or the token cannot be one; the token is in no message
 */
export async function hubSettings(env: Environment): Promise<HubSettings> {
	const home = pathIn(env, "HF_HOME") ?? join(cacheHome(env), "huggingface")
	return {
		endpoint: endpointOf(env.HF_ENDPOINT || "https://huggingface.co"),
		cache: pathIn(env, "HF_HUB_CACHE") ?? pathIn(env, "HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"),
		token: isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) ? undefined : await tokenOf(env, home),
		offline: isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
	}
}

function cacheHome(env: Environment): string {
	return env.XDG_CACHE_HOME || join(homeOf(env), ".cache")
}

function homeOf(env: Environment): string {
	return env.HOME || homedir()
}

/** `~` and `$NAME` are expanded, for these variables are also set where no shell does it. */
function pathIn(env: Environment, name: string): string | undefined {
	return (
		env[name]
			?.replace(/^~(?=\/|$)/, homeOf(env))
			.replace(/\$(\w+)|\$\{(\w+)\}/g, (written, plain, braced) => env[plain ?? braced] ?? written) || undefined
	)
}

function isTrue(value: string | undefined): boolean {
	return ["1", "ON", "YES", "TRUE"].includes(value?.toUpperCase() ?? "")
}

function endpointOf(text: string): string {
	const url = URL.canParse(text) ? new URL(text) : undefined
	const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && !url.search && !url.hash
	if (isPlain && !url.username && !url.password) return url.href.replace(/\/+$/, "")
	// What was given is not shown: a password may be in it.
	const expected = "an http or https URL without a user, a query or a fragment"
	throw new InvalidInputError("HF_ENDPOINT", "the address of the Hub", expected, "something else")
}

async function tokenOf(env: Environment, home: string): Promise<string | undefined> {
	const given = cleaned(env.HF_TOKEN) || cleaned(env.HUGGING_FACE_HUB_TOKEN)
	if (given) return checkedToken(given, "HF_TOKEN")
	const path = pathIn(env, "HF_TOKEN_PATH") ?? join(home, "token")
	const stored = await readFile(path, "utf8").catch((error) => {
		if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined
		throw systemError(error, path, "the token file", "readable")
	})
	return cleaned(stored) ? checkedToken(cleaned(stored), path) : undefined
}

function cleaned(token: string | undefined): string {
	return token?.replace(/[\r\n]/g, "").trim() ?? ""
}

/** `fetch` would quote a header that it refuses. */
function checkedToken(token: string, where: string): string {
	if (/^[\x21-\x7e]+$/.test(token)) return token
	throw new InvalidInputError(where, "the token", "ASCII characters without spaces", "other characters")
}
