import { InvalidInputError } from "@winnow/tensor"
import type { ByteSource } from "../byte-source.ts"
import { parquetRecords } from "../parquet-rows.ts"
import { placeOf } from "../row.ts"
import { listAt, objectIn } from "./json-parts.ts"
import { type ParseSquadOptions, questionIn, questionsOf } from "./parse-squad.ts"
import type { SquadQuestion } from "./squad-question.ts"

/**
 * Reads questions from Parquet as the Hugging Face data sets `squad` and `squad_v2` have them, one a row:
 * `{ id, context, question, answers: { text: [...], answer_start: [...] } }`.
 *
 * @throws what `parquetRows` and `parseSquad` throw
 */
export async function parquetQuestions(
	source: ByteSource,
	file: string,
	options: ParseSquadOptions,
): Promise<readonly SquadQuestion[]> {
	const isLabelled = options.answers !== "none"
	const columns = [["id"], ["context"], ["question"], ...(isLabelled ? [["answers"] as const] : [])] as const
	const read: SquadQuestion[] = []
	for await (const records of parquetRecords(source, { file, columns, holding: "anything" })) {
		for (const {
			row,
			cells: [id, context, question, answers],
		} of records) {
			const place = placeOf(file, { row })
			if (typeof context !== "string") throw new InvalidInputError(place, "the column context", "text", context)
			const item = { id, question, ...(isLabelled ? { answers: answersIn(answers, place) } : {}) }
			read.push(questionIn(item, context, { ...options, where: file, place }))
		}
	}
	return questionsOf(read, file)
}

/** Lists side by side as a list of answers. */
function answersIn(value: unknown, place: string): readonly object[] {
	const answers = objectIn(value, `${place} answers`)
	const [texts, starts] = ["text", "answer_start"].map((key) => listAt(answers, key, `${place} answers`))
	if (texts!.length !== starts!.length) {
		throw new InvalidInputError(
			`${place} answers`,
			"the texts and their places",
			"equally many",
			`${texts!.length} and ${starts!.length}`,
		)
	}
	return texts!.map((text, index) => {
		const start = starts![index]
		return { text, answer_start: typeof start === "bigint" ? Number(start) : start }
	})
}
