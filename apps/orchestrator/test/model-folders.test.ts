import { openModelFolder, type StoredTensor, writeModelFiles } from "@winnow/checkpoint"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { inspect } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { changeConfig } from "./spoil-model.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
beforeEach(async () => (place = await tinyWorkplace()))
afterEach(() => place.remove())

/** Adds tensors of one element to the model's file. */
async function addTensors(...names: string[]): Promise<void> {
	const model = await openModelFolder(place.model)
	const tensors: StoredTensor[] = names.map((name) => ({ name, dtype: "F32", shape: [1], data: Float32Array.of(1) }))
	for (const [name, { shape }] of model.tensors) {
		tensors.push({ name, dtype: "F32", shape, data: await model.read(name) })
	}
	const config = model.config.raw
	await model.close()
	await writeModelFiles(place.model, { config, tensors })
}

describe("tensors that the head does not read", () => {
	test("are named in a note, and the model is that without them", async () => {
		const { parameters } = await inspect({ model: place.model })
		await addTensors("fit_dense.weight", "cls.predictions.bias")
		const { code, stderr, stdout } = await runCommand(["inspect", place.model, "--json"])
		expect(stderr).toBe(
			"note: tensors that BertForSequenceClassification does not read are left out: cls.predictions.bias, fit_dense.weight\n",
		)
		expect(JSON.parse(stdout).parameters).toBe(parameters)
		expect(code).toBe(0)
	})

	test("are counted where there are many", async () => {
		await addTensors(...Array.from({ length: 9 }, (_, index) => `fit_denses.${index}.weight`))
		const notes: string[] = []
		await inspect({ model: place.model }, { onNote: (note) => notes.push(note) })
		expect(notes).toEqual([expect.stringMatching(/: fit_denses\.0\.weight, .*fit_denses\.5\.weight and 3 more$/)])
	})

	test("are refused with one line where they say that the program is another one", async () => {
		await addTensors("classifier.dense.weight")
		const { code, stderr } = await runCommand(["inspect", place.model])
		expect(stderr).toBe(
			`${place.model}: every tensor must be a part of a bert model with this head (was classifier.dense.weight)\n`,
		)
		expect(code).toBe(1)
	})
})

test("a layer count that is absurd is one line", async () => {
	await changeConfig(place.model, { num_hidden_layers: 1e12 })
	const { code, stderr } = await runCommand(["inspect", place.model])
	expect(stderr).toBe(
		`${place.model}/config.json: num_hidden_layers must be 2, the layers that the weights have (was 1000000000000)\n`,
	)
	expect(code).toBe(1)
})
