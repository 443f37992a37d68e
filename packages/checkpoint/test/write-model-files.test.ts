import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ShapeError } from "@winnow/tensor"
import { needs, sharedFile } from "@winnow/testing"
import { temporaryFolder } from "@winnow/testing/hub"
import { expect, test } from "vitest"
import { narrowestDtype, openModelFolder, writeModelFiles } from "../src/index.ts"

const folder = temporaryFolder()
const tensors = [{ name: "w", dtype: "F32", shape: [1], data: Float32Array.of(1) }] as const

test("config.json keeps the order of its keys, two spaces deep, with a newline at the end", async () => {
	await writeModelFiles(folder(), { config: { model_type: "bert", b: [1], a: { layer_norm_eps: 1e-12 } }, tensors })
	expect(readFileSync(join(folder(), "config.json"), "utf8")).toBe(`{
  "model_type": "bert",
  "b": [
    1
  ],
  "a": {
    "layer_norm_eps": 1e-12
  }
}
`)
	expect(readdirSync(folder()).sort()).toEqual(["config.json", "model.safetensors"])
})

test("a number that JSON cannot express is refused before anything is written", async () => {
	await expect(writeModelFiles(folder(), { config: { eps: Number.NaN }, tensors })).rejects.toThrow(
		new ShapeError("writeModelFiles", "eps of the configuration", "a finite number", Number.NaN),
	)
	expect(readdirSync(folder())).toEqual([])
})

test("a real model that is read and written in its narrowest dtypes keeps every weight", needs("shared"), async () => {
	const model = await openModelFolder(fileURLToPath(sharedFile("models/minilm-sst2")))
	const copies = await Promise.all(
		Array.from(model.tensors, async ([name, { shape }]) => {
			const data = await model.read(name)
			// What a repair changes is stored in F32; nobody else pays for it.
			if (name === "classifier.bias") data[0] = 0.1
			return { name, dtype: narrowestDtype(data, "F16"), shape, data }
		}),
	)
	await model.close()
	await writeModelFiles(folder(), { config: model.config.raw, tensors: copies })
	const copy = await openModelFolder(folder())
	expect(copy.config).toEqual(model.config)
	expect([...copy.tensors].filter(([, { dtype }]) => dtype === "F32").map(([name]) => name)).toEqual([
		"classifier.bias",
	])
	for (const { name, data } of copies) {
		expect(Buffer.compare(Buffer.from((await copy.read(name)).buffer), Buffer.from(data.buffer))).toBe(0)
	}
	await copy.close()
})
