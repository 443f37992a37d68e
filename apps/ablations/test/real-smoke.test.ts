import { expect, it } from "vitest"
import { main } from "../src/main.ts"
import { whatEachPartBuys } from "../src/what-each-part-buys.ts"

it("runs every arm on the demo model", async () => {
	const stdout: string[] = []
	const stderr: string[] = []
	const code = await main(["--smoke"], { stdout: (text) => stdout.push(text), stderr: (text) => stderr.push(text) })
	expect([code, code === 0 ? "" : stderr.join("")]).toEqual([0, ""])
	const arms = whatEachPartBuys.groups.flatMap((group) => group.arms.map(([arm]) => arm))
	const document = stdout.join("")
	expect(document).toContain(`All ${arms.length} runs are there.`)
	const section = document.slice(document.indexOf("### 50 %"))
	for (const arm of arms) expect(section).toContain(`| ${arm} | `)
	expect(section).not.toContain("–")
}, 600_000)
