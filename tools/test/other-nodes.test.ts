import { expect, it } from "vitest"
import { otherNodeSteps } from "../src/other-nodes.mjs"

it("leaves no supported Node out: the present one runs everything, the others the quick suite", () => {
	const present = `node ${process.versions.node.split(".")[0]}`
	const names = otherNodeSteps.map(({ name }) => name)
	expect(new Set([present, ...names])).toEqual(new Set(["node 20", "node 22", "node 24"]))
	expect(names).not.toContain(present)
})
