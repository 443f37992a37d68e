import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { InvalidInputError } from "@winnow/tensor"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test } from "vitest"
import { hubSettings } from "../src/hub/hub-settings.ts"

const home = temporaryFolder()
const settings = (env: Record<string, string> = {}) => hubSettings({ HOME: home(), ...env })

test("with nothing set, the defaults are those of Python", async () => {
	expect(await settings()).toEqual({
		endpoint: "https://huggingface.co",
		cache: join(home(), ".cache/huggingface/hub"),
		token: undefined,
		offline: false,
	})
	expect(await settings({ HF_HOME: "", HF_HUB_CACHE: "", HF_TOKEN: "", HF_ENDPOINT: "" })).toEqual(await settings())
})

test("the cache is where HF_HUB_CACHE, its older name, HF_HOME or XDG_CACHE_HOME say, in this order", async () => {
	const env = { XDG_CACHE_HOME: "/xdg", HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }
	const { HF_HUB_CACHE, ...third } = env
	const { HUGGINGFACE_HUB_CACHE, ...second } = third
	const { HF_HOME, ...first } = second
	const caches = await Promise.all([env, third, second, first].map(async (some) => (await settings(some)).cache))
	expect(caches).toEqual([HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, `${HF_HOME}/hub`, "/xdg/huggingface/hub"])
})

test("~ and variables in a path are expanded", async () => {
	expect((await settings({ HF_HOME: "~/models" })).cache).toBe(join(home(), "models/hub"))
	expect((await settings({ SCRATCH: "/s", HF_HUB_CACHE: `$SCRATCH/\${SCRATCH}/$NONE` })).cache).toBe("/s//s/$NONE")
})

test.each(["1", "on", "YES", "True"])("HF_HUB_OFFLINE and TRANSFORMERS_OFFLINE are set by %s", async (value) => {
	expect((await settings({ HF_HUB_OFFLINE: value })).offline).toBe(true)
	expect((await settings({ TRANSFORMERS_OFFLINE: value })).offline).toBe(true)
	expect((await settings({ HF_HUB_OFFLINE: "0", TRANSFORMERS_OFFLINE: value })).offline).toBe(false)
})

test("the token comes from HF_TOKEN, its older name, or the file that logging in writes", async () => {
	mkdirSync(join(home(), ".cache/huggingface"), { recursive: true })
	writeFileSync(join(home(), ".cache/huggingface/token"), "hf_file\n")
	writeFileSync(join(home(), "elsewhere"), " hf_elsewhere")
	expect((await settings()).token).toBe("hf_file")
	expect((await settings({ HF_TOKEN_PATH: join(home(), "elsewhere") })).token).toBe("hf_elsewhere")
	expect((await settings({ HUGGING_FACE_HUB_TOKEN: "hf_old" })).token).toBe("hf_old")
	expect((await settings({ HUGGING_FACE_HUB_TOKEN: "hf_old", HF_TOKEN: " hf_new\n" })).token).toBe("hf_new")
	expect((await settings({ HF_TOKEN: "hf_new", HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" })).token).toBeUndefined()
})

test("what cannot be a token is refused without being shown", async () => {
	const refusal = (where: string) =>
		new InvalidInputError(where, "the token", "ASCII characters without spaces", "other characters")
	await expect(settings({ HF_TOKEN: "hf_se cret" })).rejects.toThrow(refusal("HF_TOKEN"))
	const path = join(home(), "token")
	writeFileSync(path, "hf_sécret")
	await expect(settings({ HF_TOKEN_PATH: path })).rejects.toThrow(refusal(path))
})

test("a token file that cannot be read is refused", async () => {
	await expect(settings({ HF_TOKEN_PATH: home() })).rejects.toThrow(
		new InvalidInputError(home(), "the token file", "readable", "a folder"),
	)
})

test("the endpoint may have a path, and loses the slash at its end", async () => {
	expect((await settings({ HF_ENDPOINT: "https://mirror.example/hf//" })).endpoint).toBe("https://mirror.example/hf")
})

test.each(["mirror.example", "ftp://mirror.example", "https://me:secret@mirror.example", "https://x/?secret"])(
	"%s is no endpoint, and is not shown",
	async (endpoint) => {
		const expected = "an http or https URL without a user, a query or a fragment"
		await expect(settings({ HF_ENDPOINT: endpoint })).rejects.toThrow(
			new InvalidInputError("HF_ENDPOINT", "the address of the Hub", expected, "something else"),
		)
	},
)
