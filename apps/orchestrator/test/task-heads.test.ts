import { writeTinyModel } from "@winnow/fixtures"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { evaluate, prune } from "../src/index.ts"
import { runCommand } from "./run-command.ts"
import { changeConfig, changeWeights } from "./spoil-model.ts"
import { type TinyWorkplace, tinyWorkplace } from "./tiny-workplace.ts"

let place: TinyWorkplace
let [answering, oneLogit] = ["", ""]
beforeAll(async () => {
	place = await tinyWorkplace()
	answering = place.path("answering")
	oneLogit = place.path("one-logit")
	await writeTinyModel(answering)
	await changeConfig(answering, { architectures: ["BertForQuestionAnswering"] })
	// The two logits of a head for classes, as those for starts and ends; names of the same length keep all places.
	await changeWeights(answering, (bytes) =>
		Buffer.from(bytes.toString("latin1").replaceAll('"classifier.', '"qa_outputs.'), "latin1"),
	)
	await writeTinyModel(oneLogit, { task: "stsb" })
})
afterAll(() => place.remove())

const columns = { textColumns: ["sentence"], labelColumn: "label" }
const own = (task: string, model: string, change: object = {}) =>
	evaluate({ model, task, data: place.data, ...columns, ...change })

describe("a model that answers questions", () => {
	const message = (task: string) =>
		new RegExp(`answering: the head for ${task} must be one for labels or scores \\(was one for question answering\\)$`)

	test.each(["sst2", "mnli", "stsb"])("is refused for %s, naming its head", async (task) => {
		await expect(evaluate({ model: answering, task, data: place.data })).rejects.toThrow(message(task))
	})

	test.each(["classification", "regression"])("is refused for %s, whatever its labels are", async (task) => {
		await expect(own(task, answering)).rejects.toThrow(message(task))
		const recipe = { model: answering, task, data: place.data, ...columns, macs: 0.5, out: place.path("out") }
		await expect(prune(recipe)).rejects.toThrow(message(task))
	})
})

test("a model that classifies is refused for questions, naming its head", async () => {
	await expect(evaluate({ model: place.model, task: "squad", data: place.data })).rejects.toThrow(
		/model: the head for squad must be one for question answering \(was classification\)$/,
	)
})

test("one logit is no classification: it is a regression", async () => {
	const message = "classification: the model's logits must be 2 or more (was one logit: use --task regression)"
	await expect(own("classification", oneLogit)).rejects.toThrow(message)
	await expect(own("classification", oneLogit, { labels: ["bad", "good"] })).rejects.toThrow(message)
	await expect(own("regression", oneLogit)).resolves.toMatchObject({ task: "regression", samples: 32 })
	await expect(own("regression", place.model)).rejects.toThrow(
		"regression: the model's logits must be one (was 2 logits: use --task classification)",
	)
})

test("names of labels may have spaces around them", async () => {
	const flags = ["--task", "classification", "--text-column", "sentence", "--label-column", "label"]
	const args = ["evaluate", place.model, ...flags, "--data", place.data, "--quiet", "--json"]
	const [spaced, plain] = await Promise.all(
		[" negative , positive", "negative,positive"].map((labels) => runCommand([...args, "--labels", labels])),
	)
	expect(JSON.parse(spaced!.stdout).metrics).toEqual(JSON.parse(plain!.stdout).metrics)
	expect((await runCommand([...args, "--labels", "negative,,positive"])).stderr).toBe(
		"classification: the labels must be names, none of them empty (was negative,,positive)\n",
	)
})
