import { type AnyTask, areGeneric, ownTask, taskNamed, tasks } from "@winnow/glue-eval"
import { type SquadTask, squadTaskNamed, squadTasks } from "@winnow/glue-eval/squad"
import { InvalidInputError } from "@winnow/tensor"
import { didYouMean } from "./did-you-mean.ts"

/** What says which task a model is for. */
export interface TaskChoice {
	/** A name of GLUE's or SQuAD's; or `classification` or `regression`, the task of one's own files. */
	readonly task: string
	/** Of one's own files: the column of the text, or the two of a pair. */
	readonly textColumns?: readonly string[] | undefined
	readonly labelColumn?: string | undefined
	/** Of one's own files, where the model does not name its labels: names in the order of its logits. */
	readonly labels?: readonly string[] | undefined
	/** Its files by split, absolute, where they do not lie as the task has them. */
	readonly files?: Readonly<Record<string, string>> | undefined
}

/** What a model says of its labels. */
interface Labelled {
	readonly labels: readonly string[] | undefined
	readonly architecture: { readonly logits: number }
}

const ownKinds = ["classification", "regression"] as const

/** Every name that `task` may have. */
const taskNames: readonly string[] = [...tasks, ...squadTasks].map(({ name }) => name).concat(ownKinds)

const isOwnTask = (task: string | undefined): task is (typeof ownKinds)[number] =>
	ownKinds.some((kind) => kind === task)

/**
 * The task of a choice, for a model.
 *
 * @throws {InvalidInputError} when columns and labels make no task
 */
export function taskOf({ files, ...choice }: TaskChoice, model: Labelled): AnyTask | SquadTask {
	return withFiles(taskAsUsual(choice, model), files)
}

function taskAsUsual({ task, textColumns, labelColumn, labels }: TaskChoice, model: Labelled): AnyTask | SquadTask {
	if (squadTasks.some(({ name }) => name === task)) return squadTaskNamed(task)
	if (!isOwnTask(task)) return taskNamed(task)
	refuseOtherLogits(task, model)
	const columns = { name: task, text: textColumns as readonly [string], label: labelColumn! }
	if (task === "regression") return ownTask({ kind: "regression", ...columns })
	return ownTask({ kind: "classification", ...columns, labels: labels ?? namesOf(model) })
}

function refuseOtherLogits(task: (typeof ownKinds)[number], { architecture: { logits } }: Labelled): void {
	if (task === "classification" && logits === 1) {
		throw new InvalidInputError(task, "the model's logits", "2 or more", "one logit: use --task regression")
	}
	if (task === "regression" && logits > 1) {
		throw new InvalidInputError(task, "the model's logits", "one", `${logits} logits: use --task classification`)
	}
}

function withFiles(task: AnyTask | SquadTask, files: TaskChoice["files"]): AnyTask | SquadTask {
	if (files === undefined) return task
	const splits = Object.keys(task.splits).map((split) => [split, files[split] === undefined ? [] : [files[split]]])
	return { ...task, splits: Object.fromEntries(splits) }
}

/** The model's names, or how many logits it has where its names say nothing: labels are then 0, 1, ... */
function namesOf({ labels, architecture }: Labelled): readonly string[] | number {
	return labels === undefined || areGeneric(labels) ? architecture.logits : labels
}

/**
 * Checks what can be checked without a model: the name, and that columns are there where files are one's own, and only there.
 *
 * @param where - for messages
 * @throws {InvalidInputError} naming the field
 */
export function refuseUnclearTask({ task, textColumns, labelColumn, labels }: TaskChoice, where: string): void {
	if (!taskNames.includes(task)) {
		throw new InvalidInputError(where, "task", `one of ${taskNames.join(", ")}`, didYouMean(task, taskNames))
	}
	const refuse = (field: string, expected: string, actual: unknown) => {
		throw new InvalidInputError(where, field, expected, actual)
	}
	if (isOwnTask(task)) {
		if (textColumns === undefined) refuse("textColumns", `given with the task ${task}`, "missing")
		if (labelColumn === undefined) refuse("labelColumn", `given with the task ${task}`, "missing")
		if (task === "regression" && labels !== undefined) refuse("labels", "absent with the task regression", labels)
		return
	}
	for (const [field, value] of Object.entries({ textColumns, labelColumn, labels })) {
		if (value !== undefined) refuse(field, `absent with the task ${task}, whose files say so`, value)
	}
}
