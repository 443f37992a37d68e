import type { Dice } from "./dice.ts"
import type { Mutated, Mutation } from "./mutate-bytes.ts"
import { named } from "./mutate-lines.ts"

const odd: readonly unknown[] = [
	null,
	true,
	false,
	0,
	1,
	-1,
	2,
	3,
	64,
	0.5,
	-0.5,
	1e-30,
	1e9,
	2 ** 31,
	2 ** 32 + 1,
	2 ** 53,
	1e308,
	"",
	"x",
	"12",
	"NaN",
	"bert",
	"a\nb",
	"\u0000\u001b[31m",
	"__proto__",
	"y".repeat(3000),
	[],
	{},
	[[]],
	[1, 2],
	[null],
	["a", "a"],
	{ a: 1 },
	{ 0: "a", 1: "b", 2: "c" },
	Array(1000).fill(1),
]

/** What only the text of a JSON file can say. */
const oddTexts = ["NaN", "Infinity", "-Infinity", "1e999", "undefined", "'x'", "00", "[1,", '"\\ud800"', "{}}", "// no"]

type Holder = Record<string, unknown> | unknown[]

/** Every object and list of a value, the outermost first. */
function holdersIn(value: unknown): Holder[] {
	if (typeof value !== "object" || value === null) return []
	const parts = Array.isArray(value) ? value : Object.values(value)
	return [value as Holder, ...parts.flatMap(holdersIn)]
}

type ChangeOfJson = (holder: Record<string, unknown>, key: string, dice: Dice) => string

const changes: readonly ChangeOfJson[] = [
	(holder, key) => {
		if (Array.isArray(holder)) holder.splice(Number(key), 1)
		else delete holder[key]
		return `without ${key}`
	},
	replaced,
	replaced,
	replaced,
	(holder, key, dice) => {
		const other = dice.pick(Object.keys(holder))
		;[holder[key], holder[other]] = [holder[other], holder[key]]
		return `${key} and ${other} exchanged`
	},
	(holder, key) => {
		holder[key] = [holder[key]]
		return `${key} in a list`
	},
	(holder, key) => {
		holder[key] = JSON.stringify(holder[key])
		return `${key} as text`
	},
	(holder, key, dice) => {
		if (typeof holder[key] !== "number") return replaced(holder, key, dice)
		holder[key] = dice.pick([(n: number) => n + 1, (n: number) => n - 1, (n: number) => -n, (n: number) => n * 1000])(
			holder[key],
		)
		return `${key} is ${holder[key]}`
	},
	(holder, key, dice) => {
		const name = dice.pick([`${key} `, key.toUpperCase(), `_${key}`])
		holder[name] = holder[key]
		if (!Array.isArray(holder)) delete holder[key]
		return `${key} called ${named(name)}`
	},
	(holder, key, dice) => {
		holder[dice.pick(["extra", "99", "__proto__x", ""])] = dice.pick(odd)
		return `more beside ${key}`
	},
]

function replaced(holder: Record<string, unknown>, key: string, dice: Dice): string {
	const value = dice.pick(odd)
	holder[key] = value
	return `${key} is ${named(value)}`
}

/** Another value, another name, another type somewhere in a JSON file. Outer fields are changed as often as inner ones. */
const changedValue: Mutation = (bytes, dice) => {
	const value = parsed(bytes)
	const holders = holdersIn(value).filter((holder) => Object.keys(holder).length > 0)
	if (holders.length === 0) return { bytes: Buffer.from(JSON.stringify(dice.pick(odd))), what: "another value" }
	const holder = (dice.chance(0.5) ? holders[0]! : dice.pick(holders)) as Record<string, unknown>
	const what = dice.pick(changes)(holder, dice.pick(Object.keys(holder)), dice)
	return { bytes: Buffer.from(JSON.stringify(value)), what }
}

const changedText: Mutation = (bytes, dice) => {
	const text = bytes.toString("utf8")
	const values = [...text.matchAll(/:\s*("[^"]*"|[\d.e-]+|true|false|null)/g)]
	if (values.length === 0) return { bytes: Buffer.from(dice.pick(oddTexts)), what: "another text" }
	const { index, 0: whole } = dice.pick(values)
	const put = dice.pick(oddTexts)
	return {
		bytes: Buffer.from(`${text.slice(0, index)}: ${put}${text.slice(index + whole.length)}`),
		what: `${named(whole)} is ${put}`,
	}
}

const doubledKey: Mutation = (bytes) => {
	const text = bytes.toString("utf8")
	const [pair] = /"[^"]*"\s*:\s*("[^"]*"|[\d.]+)/.exec(text) ?? []
	if (pair === undefined) return { bytes, what: "nothing" }
	return { bytes: Buffer.from(text.replace("{", `{${pair},`)), what: `${named(pair)} twice` }
}

const wholeValue: Mutation = (_, dice) => {
	const value = dice.pick(odd)
	return { bytes: Buffer.from(JSON.stringify(value)), what: `all of it is ${named(value)}` }
}

/** Mistakes of JSON files. */
export const jsonMutations: readonly Mutation[] = [
	changedValue,
	changedValue,
	changedValue,
	changedValue,
	changedValue,
	changedText,
	doubledKey,
	wholeValue,
]

/** One line of a JSON-lines file changed as a JSON file is. */
export const jsonlMutations: readonly Mutation[] = jsonMutations.map((mutation) => (bytes, dice): Mutated => {
	const lines = bytes.toString("utf8").split("\n")
	const at = dice.below(lines.length)
	const { bytes: line, what } = mutation(Buffer.from(lines[at]!), dice)
	lines[at] = line.toString("utf8")
	return { bytes: Buffer.from(lines.join("\n")), what: `line ${at}: ${what}` }
})

/** Where an earlier mutation left no JSON: an empty object. */
function parsed(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString("utf8"))
	} catch {
		return {}
	}
}
