import { encodeTexts, readTexts } from "@winnow/glue-eval"
import { InvalidInputError } from "@winnow/tensor"
import { loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { type TaskChoice, taskOf } from "../request/task-choice.ts"
import { type OpenModel, openModel } from "./open-model.ts"
import type { RuntimeChoice } from "./open-runtime.ts"
import { questionsData } from "./questions-data.ts"
import { rowsData } from "./rows-data.ts"
import type { Inputs, TaskData } from "./task-data.ts"

interface Tokenising extends OpenModel {
	readonly tokenizer: Tokenizer
}

/** A model and its tokenizer, found to fit each other. */
export interface TextSubject extends Tokenising {
	readonly task?: undefined
	/** Rows of a file of texts. */
	read(file: string, columns: readonly string[]): Promise<Inputs>
}

/** A model, its tokenizer and the task that it is for, found to fit each other. */
export interface TaskSubject extends Tokenising {
	readonly task: TaskData
}

export type Subject = TextSubject | TaskSubject

/** Where there is no task to say so: what most encoders were fine-tuned with. */
const textLength = 128

/** @throws {InvalidInputError} when model and tokenizer do not fit */
export async function openTextSubject(model: string, options: RuntimeChoice): Promise<TextSubject> {
	return opened(model, options, ({ encoder }, tokenizer) => {
		const maxLength = Math.min(textLength, encoder.architecture.positions)
		return {
			async read(path, columns) {
				const { file, examples } = await readTexts(path, columns)
				const inputs = examples.map((example) => ({
					row: example.row,
					samples: () => encodeTexts([example], tokenizer, { maxLength }),
				}))
				return { file, inputs }
			},
		}
	})
}

/** @throws {InvalidInputError} when model, tokenizer and task do not fit */
export async function openTaskSubject(
	model: string,
	{ choice, ...options }: RuntimeChoice & { readonly choice: TaskChoice },
): Promise<TaskSubject> {
	return opened(model, options, (open, tokenizer) => {
		const task = taskOf(choice, open.encoder)
		return { task: "version" in task ? questionsData(task, open, tokenizer) : rowsData(task, open, tokenizer) }
	})
}

async function opened<Rest>(
	model: string,
	options: RuntimeChoice,
	rest: (open: OpenModel, tokenizer: Tokenizer) => Rest,
): Promise<Tokenising & Rest> {
	const open = await openModel(model, options)
	try {
		const tokenizer = await loadTokenizer(open.folder.folder)
		refuseForeign(open, tokenizer)
		return { ...open, tokenizer, ...rest(open, tokenizer) }
	} catch (error) {
		await open.close()
		throw error
	}
}

function refuseForeign({ encoder, folder }: OpenModel, { size }: Tokenizer): void {
	const { vocabulary } = encoder.architecture
	if (size <= vocabulary) return
	const expected = `at most ${vocabulary}, the model's embeddings`
	throw new InvalidInputError(folder.folder, "the tokenizer's vocabulary", expected, size)
}
