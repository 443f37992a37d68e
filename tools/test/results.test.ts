import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { picturesOf, readmeWith } from "../results/documents.mjs"

test("the README's table is the one that the committed results make", () => {
	const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8")
	expect(readmeWith(readme)).toBe(readme)
})

test("the pictures are the ones that the committed results make", () => {
	const pictures = picturesOf()
	expect(pictures.length).toBeGreaterThan(0)
	for (const { url, svg } of pictures) expect(readFileSync(url, "utf8")).toBe(svg)
})
