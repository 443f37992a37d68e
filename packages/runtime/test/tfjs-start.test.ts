import { expect, test } from "vitest"
import { tfjsBackends, tfjsRuntime, trace } from "../src/index.ts"

const square = trace({ x: { shape: ["n"] } }, (ops, { x }) => ({ y: ops.mul(x, x) }))
const x = { shape: [2], data: Float32Array.of(3, 4) }

test("programs compile and run while other backends start", async () => {
	const runtime = await tfjsRuntime({ backend: "cpu" })
	const program = await runtime.compile(square)
	const others = tfjsBackends.map((backend) => tfjsRuntime({ backend }).catch(() => undefined))
	const first = await program.run({ x })
	const second = await (await runtime.compile(square)).run({ x })
	expect([...first.y!.data, ...second.y!.data]).toEqual([9, 16, 9, 16])
	for (const other of await Promise.all(others)) {
		if (other === undefined) continue
		const { y } = await (await other.compile(square)).run({ x })
		expect([...y!.data]).toEqual([9, 16])
		await other.close()
	}
	await runtime.close()
})
