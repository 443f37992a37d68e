import type { Files } from "./base-files.ts"
import type { Dice } from "./dice.ts"
import { byteMutations, type Mutation } from "./mutate-bytes.ts"
import { jsonlMutations, jsonMutations } from "./mutate-json.ts"
import { lineMutations } from "./mutate-lines.ts"
import { weightMutations } from "./mutate-safetensors.ts"

/** By the end of a file's name: mistakes of its own format, beside those of any file. */
const ownMutations: Readonly<Record<string, readonly Mutation[]>> = {
	csv: lineMutations,
	json: jsonMutations,
	jsonl: [...jsonlMutations, ...lineMutations],
	parquet: [],
	safetensors: weightMutations,
	tsv: lineMutations,
	txt: lineMutations,
}

export interface MutatedFiles {
	readonly files: Files
	/** What was done, in order. */
	readonly what: readonly string[]
}

/** One to three mistakes in some of the files: mostly of a format's own kind, sometimes of any kind, sometimes a file that is gone. */
export function mutatedFiles(files: Files, dice: Dice): MutatedFiles {
	const changed = new Map(files)
	const what: string[] = []
	const mistakes = dice.pick([1, 1, 1, 2, 2, 3])
	for (let i = 0; i < mistakes && changed.size > 0; i++) {
		const name = dice.pick([...changed.keys()])
		const bytes = changed.get(name)!
		if (dice.chance(0.03)) {
			changed.delete(name)
			what.push(`${name} gone`)
			continue
		}
		if (dice.chance(0.03)) {
			const other = dice.pick([...changed.keys()])
			changed.set(name, changed.get(other)!)
			changed.set(other, bytes)
			what.push(`${name} and ${other} exchanged`)
			continue
		}
		const own = ownMutations[name.slice(name.lastIndexOf(".") + 1)] ?? []
		const mutation = dice.pick(own.length > 0 && dice.chance(0.75) ? own : byteMutations)
		const mutated = mutation(bytes, dice)
		changed.set(name, mutated.bytes)
		what.push(`${name}: ${mutated.what}`)
	}
	return { files: changed, what }
}
