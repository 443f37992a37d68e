import { InvalidInputError } from "@winnow/tensor"
import { always, type HubServer, hubServer, refuse, someBytes } from "@winnow/testing/hub"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { downloadSnapshot } from "../src/hub.ts"

const start = hubServer()
let hub: HubServer
let pauses: number[]
const sleep = async (ms: number) => void pauses.push(ms)
const snapshot = () => downloadSnapshot({ id: hub.id }, { files: ({ paths }) => paths, env: hub.env, sleep })

/** Answers the requests whose path has `part` in it with these, one after the other, and then as always. */
function refusing(part: string, answers: readonly [status: number, headers?: Record<string, string>][]): void {
	const left = [...answers]
	const intercept: HubServer["intercept"] = (request, response) => {
		const [status, headers = {}] = (request.url!.includes(part) && left.shift()) || [0]
		if (status > 0) response.writeHead(status, headers).end()
		return status > 0
	}
	hub.intercept = intercept
	hub.interceptStorage = intercept
}

beforeEach(() => {
	hub = start()
	pauses = []
	hub.files.set("model.safetensors", someBytes(200))
})
afterEach(() => vi.useRealTimers())

test.each(["/revision/", "/tree/", "/resolve/", "signature"])(
	"a request for %s that meets 429 and 5xx is made again, as late as the answer says or with growing pauses",
	async (part) => {
		refusing(part, [[503], [500], [429, { "retry-after": "7" }], [429, { ratelimit: '"api";r=0;t=55' }]])
		const { files } = await snapshot()
		expect(files).toEqual(["model.safetensors"])
		expect(pauses).toEqual([1000, 2000, 7000, 55_000])
	},
)

test("Retry-After may be a date, and what it says wins over RateLimit", async () => {
	vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-01-01T00:00:00Z") })
	const later = "Thu, 01 Jan 2026 00:00:30 GMT"
	const earlier = "Wed, 31 Dec 2025 00:00:00 GMT"
	refusing("/revision/", [
		[503, { "retry-after": later }],
		[429, { "retry-after": earlier, ratelimit: '"api";r=0;t=55' }],
		[429, { "retry-after": "soon" }],
	])
	await snapshot()
	expect(pauses).toEqual([30_000, 0, 4000])
})

test("after five times it is given up, and what cannot be asked for five minutes at once", async () => {
	refusing("/revision/", Array(5).fill([502]))
	await expect(snapshot()).rejects.toThrow(`${hub.endpoint} cannot be reached (answering HTTP 502)`)
	expect(hub.seen).toHaveLength(5)
	expect(pauses).toEqual([1000, 2000, 4000, 8000])
	hub.seen.length = 0
	refusing("/revision/", [[429, { "retry-after": "301" }]])
	await expect(snapshot()).rejects.toThrow(`${hub.endpoint} cannot be reached (asked too often, HTTP 429)`)
	expect(hub.seen).toHaveLength(1)
})

test("a file that its host cannot send is refused with the host's name, without the path", async () => {
	refusing("signature", Array(5).fill([503]))
	await expect(snapshot()).rejects.toThrow(
		new InvalidInputError(hub.storage, "the host", "reachable", "answering HTTP 503").message,
	)
})

test.each([400, 401, 403, 404, 410, 416])("after %d no other request is made", async (status) => {
	hub.intercept = always((_, response) => refuse(response, status))
	await expect(snapshot()).rejects.toThrow(hub.id)
	expect(hub.seen).toHaveLength(1)
	expect(pauses).toEqual([])
})

test("an abort ends a pause", async () => {
	const controller = new AbortController()
	refusing("/revision/", [[503, { "retry-after": "200" }]])
	const running = downloadSnapshot({ id: hub.id }, { files: () => [], env: hub.env, signal: controller.signal })
	setTimeout(() => controller.abort(new Error("enough")), 100)
	await expect(running).rejects.toThrow("enough")
})
