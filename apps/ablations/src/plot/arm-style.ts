import type { Question } from "../question.ts"

const symbols = ["circle", "square", "triangle", "diamond", "cross"] as const
const dashes = ["none", "6 3", "2 3", "8 3 2 3", "1 2"]

/** Readable on white and on black. */
const colours = ["#8a8f98", "#3f7fd0", "#d9632a"]

/** How an arm is drawn: in the colour of its group, with a symbol and a dash of its own within. */
export interface ArmStyle {
	readonly arm: string
	readonly group: string
	readonly colour: string
	readonly symbol: (typeof symbols)[number]
	readonly dash: string
}

/** Of all arms, in their order. */
export function armStyles({ groups }: Pick<Question, "groups">): readonly ArmStyle[] {
	return groups.flatMap(({ name, arms }, group) =>
		arms.map(([arm], index) => ({
			arm,
			group: name,
			colour: colours[group % colours.length]!,
			symbol: symbols[index % symbols.length]!,
			dash: dashes[index % dashes.length]!,
		})),
	)
}
