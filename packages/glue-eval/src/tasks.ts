import { InvalidInputError } from "@winnow/tensor"
import type { Task } from "./task.ts"

const splits = {
	train: filesOf("train"),
	dev: filesOf("dev", "validation"),
	test: filesOf("test"),
}

/** GLUE's file, or its rows as JSON lines or Parquet, also under the name that the Hugging Face data set gives them. */
function filesOf(name: string, hubName = name): readonly string[] {
	return [`${name}.tsv`, `${name}.jsonl`, `${name}.parquet`, `${hubName}-00000-of-00001.parquet`]
}

/**
 * The tasks of GLUE (Wang et al. 2019), less the diagnostic set. An entry is a task: no other place names one.
 *
 * Columns and metrics are those of GLUE (Wang et al. 2019); maximum and mean dev lengths those of Kwon et al. 2022, their code.
 */
export const tasks: readonly Task[] = [
	{
		name: "cola",
		kind: "classification",
		// Train and dev: source, label, the author's mark, sentence; no header. Test: index, sentence; with header.
		text: [["sentence"]],
		label: ["label"],
		headerless: { text: [3], label: 1 },
		labels: ["unacceptable", "acceptable"],
		splits,
		metrics: ["mcc", "accuracy"],
		maxLength: 64,
		meanDevLength: 11.67,
	},
	{
		name: "sst2",
		kind: "classification",
		text: [["sentence"]],
		label: ["label"],
		labels: ["negative", "positive"],
		splits,
		metrics: ["accuracy"],
		maxLength: 64,
		meanDevLength: 25.16,
	},
	{
		name: "mrpc",
		kind: "classification",
		text: [
			["#1 String", "sentence1"],
			["#2 String", "sentence2"],
		],
		label: ["Quality", "label"],
		labels: ["not_equivalent", "equivalent"],
		splits,
		metrics: ["accuracy", "f1"],
		maxLength: 128,
		meanDevLength: 53.24,
	},
	{
		name: "stsb",
		kind: "regression",
		text: [["sentence1"], ["sentence2"]],
		label: ["score", "label"],
		range: [0, 5],
		splits,
		metrics: ["spearman", "pearson"],
		maxLength: 128,
		meanDevLength: 31.47,
	},
	{
		name: "qqp",
		kind: "classification",
		text: [["question1"], ["question2"]],
		label: ["is_duplicate", "label"],
		labels: ["not_duplicate", "duplicate"],
		// Questions with a line break in them: both halves are short. GLUE's processors and data set leave them out, too.
		skipsShortRows: true,
		splits,
		metrics: ["accuracy", "f1"],
		maxLength: 128,
		meanDevLength: 30.55,
	},
	{
		name: "mnli",
		kind: "classification",
		text: [
			["sentence1", "premise"],
			["sentence2", "hypothesis"],
		],
		label: ["gold_label", "label"],
		// The order of the GLUE data set. Models without label names that were trained with contradiction first score badly.
		labels: ["entailment", "neutral", "contradiction"],
		splits: {
			train: splits.train,
			dev: [...filesOf("dev_matched", "validation_matched"), ...splits.dev],
			dev_mismatched: filesOf("dev_mismatched", "validation_mismatched"),
			test: [...filesOf("test_matched"), ...splits.test],
			test_mismatched: filesOf("test_mismatched"),
		},
		alsoScored: { mismatched: "dev_mismatched" },
		metrics: ["accuracy"],
		maxLength: 128,
		meanDevLength: 39.05,
	},
	{
		name: "qnli",
		kind: "classification",
		text: [["question"], ["sentence"]],
		label: ["label"],
		labels: ["entailment", "not_entailment"],
		splits,
		metrics: ["accuracy"],
		maxLength: 128,
		meanDevLength: 50.97,
	},
	{
		name: "rte",
		kind: "classification",
		text: [["sentence1"], ["sentence2"]],
		label: ["label"],
		labels: ["entailment", "not_entailment"],
		splits,
		metrics: ["accuracy"],
		maxLength: 128,
		meanDevLength: 64.59,
	},
	{
		name: "wnli",
		kind: "classification",
		text: [["sentence1"], ["sentence2"]],
		label: ["label"],
		// The other way round than in QNLI and RTE.
		labels: ["not_entailment", "entailment"],
		splits,
		metrics: ["accuracy"],
		maxLength: 128,
		// The paper leaves WNLI out. This is the mean of 70 training rows.
		meanDevLength: 37.53,
	},
]

/**
 * The task of that name.
 *
 * @throws {InvalidInputError} when there is none; the message lists the names
 * @example
 * taskNamed("sst2").metrics // => ["accuracy"]
 */
export function taskNamed(name: string): Task {
	const task = tasks.find((task) => task.name === name)
	if (task === undefined) {
		throw new InvalidInputError("task", "the name", `one of ${tasks.map(({ name }) => name).join(", ")}`, name)
	}
	return task
}
