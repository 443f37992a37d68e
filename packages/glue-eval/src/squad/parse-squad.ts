import { excerpt, InvalidInputError } from "@winnow/tensor"
import { jsonIn } from "../json-in.ts"
import { type Answer, answerPosition } from "./answer-position.ts"
import { listAt, objectIn, textAt } from "./json-parts.ts"
import type { SquadQuestion } from "./squad-question.ts"

export interface ParseSquadOptions {
	/** 1: every question has an answer. 2: a question may have none. */
	readonly version: 1 | 2
	/** `none`: answers are not looked at. Default: `required`. */
	readonly answers?: "required" | "none" | undefined
	/**
	 * `given`: where an answer has an `answer_start`, it stands there, and without one it is searched for. `searched`: it is searched for
	 * anyway, for files whose `answer_start` is only the first occurrence. Default: `given`.
	 */
	readonly positions?: "given" | "searched" | undefined
}

type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads questions in SQuAD's JSON form: `{ data: [{ paragraphs: [{ context, qas: [{ id, question, answers: [{ text, answer_start }] }] }] }] }`.
 *
 * `answer_start` counts code points, as Python does, and the answer must stand there. Where it is absent the position is searched for
 * (`answerPosition`). In version 2 a question without answers has none; `is_impossible`, where it is there, must say the same.
 *
 * @param where - name of the file, for messages
 * @throws {InvalidInputError} naming the question, or its place where it has no id: not of this form, no question at all, two questions
 * of one id, an answer that is not in the context or not at its `answer_start`, no answer in version 1
 * @example
 * const [question] = parseSquad(await readFile("dev-v1.1.json", "utf8"), "dev-v1.1.json", { version: 1 })
 */
export function parseSquad(json: string, where: string, options: ParseSquadOptions): readonly SquadQuestion[] {
	return questionsOf(read(json, where, options), where)
}

/** The place of a question in words: `dev.json question 56be4db0`. */
export function questionPlace(file: string, id: string): string {
	return `${file} question ${excerpt(id)}`
}

/** Questions in their order, found to be some and of ids of their own. */
export function questionsOf(read: Iterable<SquadQuestion>, where: string): readonly SquadQuestion[] {
	const questions: SquadQuestion[] = []
	const ids = new Set<string>()
	for (const question of read) {
		if (ids.has(question.id)) {
			throw new InvalidInputError(questionPlace(where, question.id), "the id", "its own", "that of two questions")
		}
		ids.add(question.id)
		questions.push(question)
	}
	if (questions.length === 0) throw new InvalidInputError(where, "questions", "at least 1", 0)
	return questions
}

function* read(json: string, where: string, options: ParseSquadOptions): Generator<SquadQuestion> {
	for (const [a, article] of listAt(objectIn(jsonIn(json, where), where), "data", where).entries()) {
		const inArticle = `${where} data[${a}]`
		for (const [p, paragraph] of listAt(objectIn(article, inArticle), "paragraphs", inArticle).entries()) {
			yield* questionsIn(paragraph, `${inArticle}.paragraphs[${p}]`, { where, ...options })
		}
	}
}

function* questionsIn(
	value: unknown,
	place: string,
	options: ParseSquadOptions & { readonly where: string },
): Generator<SquadQuestion> {
	const paragraph = objectIn(value, place)
	const context = textAt(paragraph, "context", place)
	for (const [q, entry] of listAt(paragraph, "qas", place).entries()) {
		const inList = `${place}.qas[${q}]`
		yield questionIn(objectIn(entry, inList), context, { ...options, place: inList })
	}
}

/**
 * One question: `{ id, question, answers: [{ text, answer_start }] }`.
 *
 * @throws what `parseSquad` throws
 */
export function questionIn(
	item: JsonObject,
	context: string,
	{ place, ...options }: ParseSquadOptions & { readonly where: string; readonly place: string },
): SquadQuestion {
	const id = textAt(item, "id", place)
	const name = questionPlace(options.where, id)
	const asked = { id, context, question: textAt(item, "question", name) }
	return options.answers === "none" ? { ...asked, answers: [] } : answered(asked, item, { ...options, where: name })
}

function answered(
	asked: Pick<SquadQuestion, "id" | "context" | "question">,
	item: JsonObject,
	{ where, version, positions = "given" }: ParseSquadOptions & { readonly where: string },
): SquadQuestion {
	const answers = listAt(item, "answers", where).map((answer) =>
		answerIn(objectIn(answer, where), asked.context, where),
	)
	refuseContradiction(item, answers.length, { where, version })
	const found = positions === "given" ? answers : answers.map(({ text }) => ({ text }))
	const position = answerPosition(asked, found)
	return { ...asked, answers: answers.map(({ text }) => text), ...(position && { position }) }
}

function answerIn(answer: JsonObject, context: string, where: string): Answer {
	const text = textAt(answer, "text", where)
	if (text === "" || !context.includes(text)) throw new InvalidInputError(where, "the answer", "in the context", text)
	if (answer.answer_start === undefined) return { text }
	const start = utf16Position(context, answer.answer_start)
	if (start !== undefined && context.startsWith(text, start)) return { text, start }
	throw new InvalidInputError(
		where,
		"answer_start",
		`where "${excerpt(text)}" stands in the context`,
		answer.answer_start,
	)
}

/** Position in UTF-16 code units of one in code points; undefined for what is no position. */
function utf16Position(context: string, position: unknown): number | undefined {
	if (typeof position !== "number" || !Number.isInteger(position) || position < 0) return undefined
	let start = 0
	for (let left = position; left > 0 && start < context.length; left--)
		start += context.codePointAt(start)! > 0xffff ? 2 : 1
	return start
}

function refuseContradiction(
	item: JsonObject,
	answers: number,
	{ where, version }: { readonly where: string; readonly version: 1 | 2 },
): void {
	const isImpossible = item.is_impossible
	if (version === 1 && answers === 0) throw new InvalidInputError(where, "the answers", "at least 1 in SQuAD 1.1", 0)
	if (isImpossible === undefined || isImpossible === (answers === 0)) return
	throw new InvalidInputError(where, "is_impossible", `${answers === 0} with ${answers} answers`, isImpossible)
}
