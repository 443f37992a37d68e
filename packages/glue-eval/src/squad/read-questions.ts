import { withBytesOf } from "../byte-source.ts"
import { splitFile } from "../split-file.ts"
import { wholeText } from "../text-chunks.ts"
import { parquetQuestions } from "./parquet-questions.ts"
import { type ParseSquadOptions, parseSquad } from "./parse-squad.ts"
import type { SquadQuestion } from "./squad-question.ts"
import type { SquadTask } from "./squad-task.ts"

/** What a file of questions holds. */
export interface Questions {
	/** The file that was read. */
	readonly file: string
	readonly questions: readonly SquadQuestion[]
}

export interface ReadQuestionsOptions extends Omit<ParseSquadOptions, "version"> {
	/** `train`, `dev`, `test`. */
	readonly split: string
}

/**
 * Reads one split of SQuAD from a folder.
 *
 * @param folder - holds train-v1.1.json, dev-v1.1.json (SQuAD 2.0: train-v2.0.json, dev-v2.0.json), train.json, dev.json, or their rows
 * as Parquet, as the Hugging Face data sets have them
 * @throws {InvalidInputError} naming the file: it is missing or not UTF-8, or what `parseSquad` throws
 * @example
 * const { questions } = await readQuestions(squadTaskNamed("squad"), "squad", { split: "dev" })
 */
export async function readQuestions(
	task: SquadTask,
	folder: string,
	{ split, ...options }: ReadQuestionsOptions,
): Promise<Questions> {
	const file = await splitFile(task, folder, split)
	const all = { version: task.version, ...options }
	const isParquet = file.toLowerCase().endsWith(".parquet")
	const questions = await withBytesOf(file, async (source) =>
		isParquet ? parquetQuestions(source, file, all) : parseSquad(await wholeText(source, file), file, all),
	)
	return { file, questions }
}
