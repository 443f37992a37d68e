import { InvalidInputError } from "@winnow/tensor"

/** A task whose answer is a stretch of the context. */
export interface SquadTask {
	readonly name: string
	/** 2: questions may have no answer. */
	readonly version: 1 | 2
	/** File names by split, tried in this order. */
	readonly splits: Readonly<Record<string, readonly string[]>>
	/** What its data set on the Hugging Face Hub calls its configuration. */
	readonly hubConfig: string
	/** The main one first. */
	readonly metrics: readonly ["f1", "em"]
	/** Most tokens of a window, special ones included. */
	readonly maxLength: number
	/** Context tokens that two windows share. */
	readonly stride: number
	/** Mean tokens of a dev input: the length at which MACs are counted (Kwon et al. 2022, their code). */
	readonly meanDevLength: number
}

function splitsOf(version: string): SquadTask["splits"] {
	const filesOf = (name: string, hubName = name) => [
		`${name}-${version}.json`,
		`${name}.json`,
		`${name}.parquet`,
		`${hubName}-00000-of-00001.parquet`,
	]
	return { train: filesOf("train"), dev: filesOf("dev", "validation"), test: filesOf("test") }
}

const ofBoth = { metrics: ["f1", "em"], maxLength: 384, stride: 128, meanDevLength: 170 } as const

/**
 * SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018).
 *
 * Metrics are the official scripts', lengths those of Kwon et al. 2022. The paper counts MACs at one mean length for both.
 */
export const squadTasks: readonly SquadTask[] = [
	{
		name: "squad",
		version: 1,
		splits: splitsOf("v1.1"),
		hubConfig: "plain_text",
		...ofBoth,
	},
	{
		name: "squad_v2",
		version: 2,
		splits: splitsOf("v2.0"),
		hubConfig: "squad_v2",
		...ofBoth,
	},
]

/**
 * The question answering task of that name.
 *
 * @throws {InvalidInputError} when there is none; the message lists the names
 * @example
 * squadTaskNamed("squad").stride // => 128
 */
export function squadTaskNamed(name: string): SquadTask {
	const task = squadTasks.find((task) => task.name === name)
	if (task !== undefined) return task
	throw new InvalidInputError("task", "the name", `one of ${squadTasks.map(({ name }) => name).join(", ")}`, name)
}
