import type { Question } from "../src/question.ts"
import type { Row } from "../src/row.ts"

/** Two tasks, three arms in two groups, one budget that only one seed has. */
export const question: Question = {
	name: "made-up",
	title: "What is made up?",
	subjects: [
		{ task: "sst2", model: "models/one", data: "data/one" },
		{ task: "stsb", model: "models/two", data: "data/two" },
	],
	samples: 64,
	budgets: [
		{ seed: 0, macs: [0.5, 0.2] },
		{ seed: 1, macs: [0.5] },
	],
	groups: [
		{
			name: "simple",
			arms: [
				["random", { importance: "random" }],
				["diagonal Fisher", { importance: "fisher" }],
			],
		},
		{ name: "ours", arms: [["winnow", {}]] },
	],
}

type Where = Pick<Row, "arm" | "task" | "seed" | "macs">

/** A row whose numbers follow from where it stands. */
export function row({ arm, task, seed, macs }: Where, change: Partial<Row> = {}): Row {
	const worse = { random: 4, "diagonal Fisher": 2 }[arm] ?? 1
	const lost = (worse * (1 - macs) + seed / 100) / 20
	return {
		schema: "winnow-ablation/1",
		arm,
		task,
		seed,
		macs,
		score: { dense: 0.9, pruned: 0.9 - lost },
		change: { score: -lost, low: -lost - 0.01, high: -lost + 0.01 },
		guide: {
			measured: 10 * lost,
			predicted: arm === "winnow" ? 9 * lost : null,
			flipped: task === "sst2" ? lost : null,
			samples: 700,
			source: "test",
		},
		share: macs - 0.001,
		architecture: { heads: [2, 1], neurons: [30, 20] },
		recipe: { importance: arm, seed, macs },
		samples: { count: 64, sha256: `samples of ${task} ${seed}` },
		model: { source: `minilm-${task}`, sha256: `0123456789abcdef of ${task}` },
		seconds: 12.5,
		stages: [{ name: "mask search", seconds: 0.5, peakMiB: 300 }],
		winnow: "1.2.3",
		commit: "0123456789ab",
		date: "2026-11-24T12:00:00.000Z",
		runtime: "a runtime 1.0",
		machine: { cpu: "a processor", cores: 2, memoryGiB: 8, node: "v20.19.0", platform: "linux/x64" },
		...change,
	}
}

/** One a run of the question. */
export function rows(): readonly Row[] {
	const arms = question.groups.flatMap((group) => group.arms.map(([arm]) => arm))
	return question.subjects.flatMap(({ task }) =>
		question.budgets.flatMap(({ seed, macs }) =>
			macs.flatMap((share) => arms.map((arm) => row({ arm, task, seed, macs: share }))),
		),
	)
}
