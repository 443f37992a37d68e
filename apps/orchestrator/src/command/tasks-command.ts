import { type Task, tasks } from "@winnow/glue-eval"
import { type SquadTask, squadTasks } from "@winnow/glue-eval/squad"
import type { Command } from "commander"
import { aligned } from "./aligned.ts"
import { exitCodes } from "./exit-codes.ts"
import type { Terminal } from "./terminal.ts"

const epilogue = `
Each task's files lie in the folder that --data names; the first name that is there is read. Every task but squad may come as .jsonl or
.parquet, too. "classification" and "regression" are tasks of your own files: train.csv, dev.csv, test.csv, or .tsv, .jsonl, .parquet; or
one such file, whose rows are split into train, dev and test.

Texts are cut at so many tokens (squad: contexts are read in windows of so many), your own at as many as the model has positions, or its
tokenizer_config.json says where that is fewer; --max-length says otherwise.

Example:
  $ winnow prune my-model --task classification --text-column review --label-column stars --data reviews --macs 0.5 --out out/reviews`

export function addTasksCommand(program: Command, terminal: Terminal, onDone: (code: number) => void): void {
	program
		.command("tasks")
		.description("list the tasks that models can be scored on and pruned for")
		.addHelpText("after", epilogue)
		.action(() => {
			terminal.stdout.write(tasksReport())
			onDone(exitCodes.done)
		})
}

function tasksReport(): string {
	return aligned([
		["task", "metrics", "labels", "tokens", "files"],
		...tasks.map((task) => [task.name, task.metrics.join(", "), labelsOf(task), ...sizesOf(task)]),
		...squadTasks.map((task) => [task.name, task.metrics.join(", "), "an answer in the context", ...sizesOf(task)]),
		["classification", "accuracy", "your own", "the model's", "train.csv, dev.csv, test.csv"],
		["regression", "spearman, pearson", "any number", "the model's", "train.csv, dev.csv, test.csv"],
	])
}

const labelsOf = (task: Task) =>
	task.kind === "regression" ? `${task.range[0]} to ${task.range[1]}` : task.labels.join(", ")

function sizesOf({ maxLength, splits }: Pick<Task | SquadTask, "maxLength" | "splits">): [string, string] {
	return [
		String(maxLength),
		Object.values(splits)
			.flatMap(([first]) => first ?? [])
			.join(", "),
	]
}
