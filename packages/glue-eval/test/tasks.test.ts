import { InvalidInputError } from "@winnow/tensor"
import { expect, test } from "vitest"
import { joinedScore, logitsOf, taskNamed, tasks } from "../src/index.ts"

test("the table holds nine tasks with names of their own", () => {
	const names = tasks.map(({ name }) => name)
	expect([...names].sort()).toEqual(["cola", "mnli", "mrpc", "qnli", "qqp", "rte", "sst2", "stsb", "wnli"])
	for (const name of names) expect(taskNamed(name).name).toBe(name)
})

test("a name that is no task is refused with the names that are", () => {
	expect(() => taskNamed("SST-2")).toThrow(
		new InvalidInputError("task", "the name", "one of cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte, wnli", "SST-2"),
	)
	expect(() => taskNamed("toString")).toThrow(InvalidInputError)
})

test("the main metric of every task is GLUE's, in the variant the paper reports", () => {
	const main = Object.fromEntries(tasks.map(({ name, metrics }) => [name, metrics[0]]))
	expect(main).toEqual({
		cola: "mcc",
		sst2: "accuracy",
		mrpc: "accuracy",
		stsb: "spearman",
		qqp: "accuracy",
		mnli: "accuracy",
		qnli: "accuracy",
		rte: "accuracy",
		wnli: "accuracy",
	})
})

test("a task has one logit a label, a regression task one", () => {
	const logits = Object.fromEntries(tasks.map((task) => [task.name, logitsOf(task)]))
	expect(logits).toEqual({ cola: 2, sst2: 2, mrpc: 2, stsb: 1, qqp: 2, mnli: 3, qnli: 2, rte: 2, wnli: 2 })
})

test("labels stand in GLUE's order", () => {
	const labels = tasks.map((task) =>
		task.kind === "classification" ? `${task.name}: ${task.labels.join(" ")}` : task.name,
	)
	expect(labels).toEqual([
		"cola: unacceptable acceptable",
		"sst2: negative positive",
		"mrpc: not_equivalent equivalent",
		"stsb",
		"qqp: not_duplicate duplicate",
		"mnli: entailment neutral contradiction",
		"qnli: entailment not_entailment",
		"rte: entailment not_entailment",
		"wnli: not_entailment entailment",
	])
})

test("what is scored beside dev is a split, and its metrics stand beside the main one's", () => {
	for (const { alsoScored = {}, splits } of tasks) {
		for (const split of Object.values(alsoScored)) expect(Object.keys(splits)).toContain(split)
	}
	expect(taskNamed("mnli").alsoScored).toEqual({ mismatched: "dev_mismatched" })
	const [matched, mismatched] = [0.84, 0.83].map((accuracy) => ({ main: accuracy, metrics: { accuracy } }))
	expect(joinedScore(matched!, { mismatched: mismatched! })).toEqual({
		main: 0.84,
		metrics: { accuracy: 0.84, accuracy_mismatched: 0.83 },
	})
})

test("a file without header has a position for every column", () => {
	for (const { headerless, text } of tasks) {
		if (headerless !== undefined) expect(headerless.text).toHaveLength(text.length)
	}
})
