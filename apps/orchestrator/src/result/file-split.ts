import { type } from "arktype"
import { natural } from "./parts.ts"
import { count } from "./quantities.ts"

/** How many rows of one file went to train, dev and test, as the seed says; of the file its name. */
export const fileSplit = type({ file: "string", seed: natural, train: natural, dev: natural, test: natural })

export type FileSplit = typeof fileSplit.infer

/** `reviews.csv split by seed 0: 800 rows to train, 100 dev, 100 test`. */
export function splitWords({ file, seed, train, dev, test }: FileSplit): string {
	return `${file} split by seed ${seed}: ${count(train)} rows to train, ${count(dev)} dev, ${count(test)} test`
}
