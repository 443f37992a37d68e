import { type Example, encodeTexts, readTexts } from "@winnow/glue-eval"
import { squadTasks } from "@winnow/glue-eval/squad"
import { InvalidInputError } from "@winnow/tensor"
import { loadTokenizer, type Tokenizer } from "@winnow/tokenizer"
import { type TaskChoice, taskOf } from "../request/task-choice.ts"
import type { CutTexts } from "../result/cut-texts.ts"
import { CutCounter } from "./cut-counter.ts"
import { inputLength } from "./input-length.ts"
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
	/** Of the texts that were tokenised so far. */
	cut(): CutTexts
	/** Rows of a file of texts. */
	read(file: string, columns: readonly string[]): Promise<Inputs>
}

/** A model, its tokenizer and the task that it is for, found to fit each other. */
export interface TaskSubject extends Tokenising {
	readonly task: TaskData
}

export type Subject = TextSubject | TaskSubject

/** How texts are read. */
interface ReadingOptions {
	/** Tokens that they are cut to. */
	readonly maxLength?: number | undefined
}

/** @throws {InvalidInputError} when model and tokenizer do not fit, or `maxLength` does not fit the model */
export async function openTextSubject(
	model: string,
	{ maxLength, ...options }: RuntimeChoice & ReadingOptions,
): Promise<TextSubject> {
	return opened(model, options, async (open, tokenizer) => {
		const length = await inputLength(open, { maxLength })
		const cuts = new CutCounter(length)
		return {
			cut: () => cuts.texts(),
			async read(path, columns) {
				const { file, examples } = await readTexts(path, columns)
				const samplesOf = (example: Example) => {
					let isCut = false
					const onCut = () => {
						isCut = true
					}
					const samples = encodeTexts([example], tokenizer, { maxLength: length, onCut })
					cuts.count(file, example.row, isCut)
					return samples
				}
				return { file, inputs: examples.map((example) => ({ row: example.row, samples: () => samplesOf(example) })) }
			},
		}
	})
}

/** What says which task a model is for, and how its data are read. */
interface TaskReading extends TaskChoice, ReadingOptions {
	/** Of the split of one file. Default: 0. */
	readonly seed?: number | undefined
}

/** @throws {InvalidInputError} when model, tokenizer and task do not fit, or `maxLength` does not fit the model */
export async function openTaskSubject(
	model: string,
	{ choice: { maxLength, seed = 0, ...choice }, ...options }: RuntimeChoice & { readonly choice: TaskReading },
): Promise<TaskSubject> {
	return opened(model, options, async (open, tokenizer) => {
		refuseOtherHead(open, choice.task)
		const task = taskOf(choice, open.encoder)
		const length = await inputLength(open, { maxLength, ofTask: task.maxLength })
		const reading = { tokenizer, length, seed }
		return { task: "version" in task ? questionsData(task, open, reading) : rowsData(task, open, reading) }
	})
}

/** Before labels and columns are compared that no such model has. */
function refuseOtherHead({ encoder, folder }: OpenModel, task: string): void {
	const isOfQuestions = squadTasks.some(({ name }) => name === task)
	if (encoder.architecture.head !== "span" || isOfQuestions) return
	throw new InvalidInputError(
		folder.folder,
		`the head for ${task}`,
		"one for labels or scores",
		"one for question answering",
	)
}

async function opened<Rest>(
	model: string,
	options: RuntimeChoice,
	rest: (open: OpenModel, tokenizer: Tokenizer) => Promise<Rest>,
): Promise<Tokenising & Rest> {
	const open = await openModel(model, options)
	try {
		const tokenizer = await loadTokenizer(open.folder.folder)
		refuseForeign(open, tokenizer)
		return { ...open, tokenizer, ...(await rest(open, tokenizer)) }
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
