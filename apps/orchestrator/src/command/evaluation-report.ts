import type { Evaluation } from "../result/evaluation.ts"
import { count, duration, score } from "../result/quantities.ts"

/** One line: `minilm-stsb on stsb dev: spearman 0.8526, pearson 0.8510 (1,500 samples, 3.21 s)`. */
export function evaluationReport({ model, task, split, metrics, samples, seconds }: Evaluation): string {
	const values = Object.entries(metrics).map(([name, value]) => `${name} ${score(value)}`)
	return `${model.source} on ${task} ${split}: ${values.join(", ")} (${count(samples)} samples, ${duration(seconds)})\n`
}
