import { InvalidInputError } from "@winnow/tensor"
import type { Column } from "./task.ts"

const longest = 160

/** The error for a column that is not among the names there, which it lists (as many as fit a line). */
export function missingColumn(where: string, column: Column, names: readonly string[]): InvalidInputError {
	const list = names.join(", ")
	const shown = list.length > longest ? `${list.slice(0, longest)}...` : list
	return new InvalidInputError(where, "one of the columns", column.join(" or "), shown)
}
