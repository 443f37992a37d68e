import type { Command } from "commander"
import { appended, numeric } from "./numeric.ts"

/** Adds the flags by which one's own files are scored, and that of the split. */
export function withTaskFlags(command: Command): Command {
	return command
		.option(
			"--text-column <name>",
			"column of the text, with --task classification or regression; twice for pairs",
			appended,
		)
		.option("--label-column <name>", "column of the label, with the same tasks")
		.option("--labels <names>", "of your own task where the model names none: bad,good")
		.option("--split <name>", "train, dev or test (default: dev)")
		.option("--seed <number>", "of the split of one file into 80 % train, 10 % dev, 10 % test (default: 0)", numeric)
		.option("--max-length <tokens>", "that texts are cut to (default: see winnow tasks)", numeric)
}

interface TaskFlags {
	readonly textColumn: readonly string[] | undefined
	readonly labels: string | undefined
}

/** Flags of one's own task as fields of a request. */
export function taskFlags({ textColumn, labels }: TaskFlags): {
	readonly textColumns?: string[]
	readonly labels?: string[]
} {
	return {
		...(textColumn === undefined ? {} : { textColumns: [...textColumn] }),
		...(labels === undefined ? {} : { labels: labels.split(",").map((label) => label.trim()) }),
	}
}
