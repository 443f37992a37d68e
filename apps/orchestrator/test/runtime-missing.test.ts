import { UnsupportedError } from "@winnow/tensor"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { runCommand } from "./run-command.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

const message = "onnxruntime: onnxruntime-node does not load on plan9/mips"

vi.mock("@winnow/runtime", async (original) => ({
	...(await original<object>()),
	onnxRuntime: () =>
		Promise.reject(new UnsupportedError("onnxruntime", "onnxruntime-node does not load on plan9/mips")),
}))

let place: TinyWorkplace
beforeAll(async () => (place = await tinyWorkplace()))
afterAll(() => place.remove())

test.each([["prune", "--task", "sst2", "--macs", "0.5"], ["evaluate", "--task", "sst2"], ["inspect"]])(
	"%s says in one line that the platform has no runtime",
	async (name, ...flags) => {
		const data = name === "inspect" ? [] : ["--data", place.data]
		const out = name === "prune" ? ["--out", place.path("out")] : []
		const run = await runCommand([name!, place.model, ...flags, ...data, ...out])
		expect(run).toEqual({ code: 1, stdout: "", stderr: `${message}\n` })
	},
)
