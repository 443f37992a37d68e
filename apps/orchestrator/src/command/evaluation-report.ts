import { cutWords } from "../result/cut-texts.ts"
import type { Evaluation } from "../result/evaluation.ts"
import { splitWords } from "../result/file-split.ts"
import { count, duration, score } from "../result/quantities.ts"

/**
 * One line: `minilm-stsb on stsb dev: spearman 0.8526, pearson 0.8510 (1,500 samples, 3.21 s)`; and one more for what was done to the
 * data.
 */
export function evaluationReport({ model, task, split, metrics, samples, seconds, ...data }: Evaluation): string {
	const values = Object.entries(metrics).map(([name, value]) => `${name} ${score(value)}`)
	const about = [data.fileSplit && splitWords(data.fileSplit), cutWords(data.cut)].filter(
		(words) => words !== undefined,
	)
	return [
		`${model.source} on ${task} ${split}: ${values.join(", ")} (${count(samples)} samples, ${duration(seconds)})`,
		...about,
	]
		.map((line) => `${line}\n`)
		.join("")
}
