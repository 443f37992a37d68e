/** The number that a flag spells, or its text: the recipe's schema says what is wrong with that. */
export function numeric(text: string): number | string {
	const number = Number(text)
	return text.trim() === "" || Number.isNaN(number) ? text : number
}

/** The numbers of a list with commas. */
export function numericList(text: string): (number | string)[] {
	return text.split(",").map(numeric)
}

/** One number, or those of a list with commas. */
export function numerics(text: string): number | string | (number | string)[] {
	return text.includes(",") ? numericList(text) : numeric(text)
}

/** The words of a list with commas; none of `none`. */
export function words(text: string): string[] {
	return text === "none" ? [] : text.split(",").map((word) => word.trim())
}

/** For a flag that may be given several times. */
export function appended(text: string, earlier: readonly string[] = []): string[] {
	return [...earlier, text]
}
