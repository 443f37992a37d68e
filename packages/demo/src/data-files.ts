import type { Review } from "./review.ts"
import { reviews } from "./reviews.ts"

/** Rows of each file, and the seed they are drawn with. */
export interface DataFilesOptions {
	readonly train?: number
	readonly dev?: number
	readonly test?: number
	readonly seed?: number
}

/**
 * The data as files of SST-2's form, by name: train.tsv and dev.tsv with labels, test.tsv without, as GLUE hands it out.
 *
 * The defaults make the files in `data/`, byte by byte.
 *
 * @example
 * dataFiles({ dev: 1 })["dev.tsv"] // => "sentence\tlabel\nI was wrong to think that it was a flop.\t1\n"
 */
export function dataFiles({ train = 4000, dev = 1000, test = 700, seed = 1 }: DataFilesOptions = {}) {
	return {
		"train.tsv": labelled(reviews("train", { rows: train, seed })),
		"dev.tsv": labelled(reviews("dev", { rows: dev, seed })),
		"test.tsv": unlabelled(reviews("test", { rows: test, seed })),
	}
}

/**
 * Reviews as a user's own file: a CSV with the columns `review` and `opinion`. The defaults make `examples/reviews/reviews.csv`, byte
 * by byte.
 */
export function reviewsCsv({ rows = 2000, seed = 3 }: { readonly rows?: number; readonly seed?: number } = {}): string {
	const opinions = ["negative", "positive"] as const
	const lines = reviews("dev", { rows, seed }).map(({ sentence, label }) => `"${sentence}",${opinions[label]}`)
	return textOf(["review,opinion", ...lines])
}

function labelled(rows: readonly Review[]): string {
	return textOf(["sentence\tlabel", ...rows.map(({ sentence, label }) => `${sentence}\t${label}`)])
}

function unlabelled(rows: readonly Review[]): string {
	return textOf(["index\tsentence", ...rows.map(({ sentence }, index) => `${index}\t${sentence}`)])
}

function textOf(lines: readonly string[]): string {
	return lines.map((line) => `${line}\n`).join("")
}
