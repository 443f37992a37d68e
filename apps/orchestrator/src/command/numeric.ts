/** The number that a flag spells, or its text: the recipe's schema says what is wrong with that. */
export function numeric(text: string): number | string {
	const number = Number(text)
	return text.trim() === "" || Number.isNaN(number) ? text : number
}
