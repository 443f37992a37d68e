import { setImmediate } from "node:timers/promises"
import { expect, test } from "vitest"
import { tfjsBackends, tfjsRuntime, trace } from "../src/index.ts"

const square = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.mul(x, x) }))
const x = { shape: [2], data: Float32Array.of(3, 4) }

test("programs compile and run while other backends start, and so do those of these", async () => {
	const runtime = await tfjsRuntime({ backend: "cpu" })
	let isStarting = true
	const others = Promise.all(tfjsBackends.map((backend) => tfjsRuntime({ backend }).catch(() => undefined))).finally(
		() => {
			isStarting = false
		},
	)
	for (let runs = 0; isStarting || runs < 2; runs++) {
		const program = await runtime.compile(square)
		await setImmediate()
		expect([...(await program.run({ x })).y!.data]).toEqual([9, 16])
		await program.release()
	}
	for (const other of await others) {
		if (other === undefined) continue
		const { y } = await (await other.compile(square)).run({ x })
		expect([...y!.data]).toEqual([9, 16])
		await other.close()
	}
	await runtime.close()
})
