import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { questions } from "../src/questions.ts"
import { filesOf, rendered } from "../src/render.ts"

const folder = fileURLToPath(new URL("../../../docs/ablations/", import.meta.url))

it.each(questions)(
	"the committed table and plot of $name are what its rows give, or none of them is there",
	async (question) => {
		const { rows, document, plot } = filesOf(question, folder)
		const isThere = existsSync(rows)
		expect([document, plot].map((file) => existsSync(file))).toEqual([isThere, isThere])
		if (!isThere) return
		for (const [file, text] of await rendered(question, folder))
			expect([file, readFileSync(file, "utf8")]).toEqual([file, text])
	},
)

it("no other file is committed beside them", () => {
	const names = [...questions.map(({ name }) => name), "latency-against-macs"]
	const known = names.flatMap((name) => [`${name}.jsonl`, `${name}.md`, `${name}.svg`])
	const others = existsSync(folder) ? readdirSync(folder).filter((file) => !known.includes(file)) : []
	expect(others).toEqual([])
})
