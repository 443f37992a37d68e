/**
 * For `.narrow` of an arktype schema whose keys are free: `{ "[string]": ... }` accepts lists, too.
 *
 * @example
 * type({ "[string]": "string" }).narrow(notAList)
 */
export function notAList(value: object, context: { mustBe(expected: string): false }): boolean {
	return !Array.isArray(value) || context.mustBe("an object")
}
