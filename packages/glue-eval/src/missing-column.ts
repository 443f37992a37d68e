import { excerpt, InvalidInputError } from "@winnow/tensor"
import type { Column } from "./task.ts"

/** The error for a column that is not among the names there, which it lists (as many as fit a line). */
export function missingColumn(where: string, column: Column, names: readonly string[]): InvalidInputError {
	return new InvalidInputError(where, "one of the columns", excerpt(column.join(" or ")), names.join(", "))
}
