/** How a part bears on the whole: 1 says the same, -1 the opposite, 0 does not count. */
export type Bearing = 1 | -1 | 0

/** A slot of a rule: open for another rule or for a word. */
export interface OpenSlot {
	readonly name: string
	readonly bearing: Bearing
}

/** How bearings are written in a slot. */
export const marks: Readonly<Record<Bearing, string>> = { 1: "", [-1]: "-", 0: "?" }

/**
 * The text of a rule, taken apart at its slots.
 *
 * @example
 * partsOf("{topic} was {not} {-noun}")
 * // => [{ name: "topic", bearing: 1 }, " was ", { name: "not", bearing: 1 }, " ", { name: "noun", bearing: -1 }]
 */
export function partsOf(rule: string): (string | OpenSlot)[] {
	const parts = rule.split(/(\{[^}]*\})/).filter((part) => part !== "")
	return parts.map((part) => {
		const [, mark, name] = /^\{([-?]?)(\w+)\}$/.exec(part) ?? []
		return name === undefined ? part : { name, bearing: mark === "-" ? -1 : mark === "?" ? 0 : 1 }
	})
}
