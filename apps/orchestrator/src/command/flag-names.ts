import { InvalidInputError } from "@winnow/tensor"
import { recipeSchema } from "../request/recipe.ts"

/** Messages of these functions name fields of what they were given, which are flags here. */
const functions = ["prune", "evaluate", "inspect", "profile", "export", "verify"]

const fields: ReadonlySet<string> = new Set(recipeSchema.props.map(({ key }) => String(key)))

/** A recipe file, and the fields that are taken from it. */
export interface RecipeFile {
	readonly path: string
	readonly fields: ReadonlySet<string>
}

/** The flag of a field: `maxDrop` is `--max-drop`. */
export function flagOf(field: string): string {
	if (field === "model" || field === "folder") return `<${field}>`
	if (field === "textColumns") return "--text-column"
	// No flag says what these say: it could only deny them.
	if (field === "inputRepair" || field === "timing") return field
	return `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** A text of the library with flags for the fields that it names in backticks: but for those of a recipe file. */
export function inFlags(text: string, file?: RecipeFile): string {
	return text.replace(/`(\w+)`/g, (whole, field: string) => {
		if (file?.fields.has(field)) return JSON.stringify(field)
		return fields.has(field) ? flagOf(field) : whole
	})
}

/** An error as the command words it: a field of its arguments is a flag, one of a recipe file is named with the file. */
export function withFlagNames<Failure>(error: Failure, file?: RecipeFile): Failure | InvalidInputError {
	if (!(error instanceof InvalidInputError)) return error
	const { where, what, expected, actual, cause } = error
	const [, field, rest] = /^(\w+)(.*)$/.exec(what) ?? []
	const isField = functions.includes(where) && field !== undefined && field !== "every"
	const isInFile = isField && file?.fields.has(field) === true
	const named = new InvalidInputError(
		isInFile ? file.path : where,
		isField && !isInFile ? `${flagOf(field)}${/^\[/.test(rest!) ? "" : rest}` : inFlags(what, file),
		inFlags(expected, file),
		typeof actual === "string" && actual.startsWith("missing") ? inFlags(actual, file) : actual,
		{ cause },
	)
	const frames = error.stack?.indexOf("\n    at ") ?? -1
	if (frames >= 0) named.stack = `${named.name}: ${named.message}${error.stack!.slice(frames)}`
	return named
}
