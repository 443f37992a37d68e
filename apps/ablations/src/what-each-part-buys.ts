import type { Question } from "./question.ts"

/**
 * What does each part of the method buy?
 *
 * The method has three parts: how units are ranked (curvature with interactions), how many stay where (a search under the budget), and
 * how what stays is repaired (projection, inputs included). Each arm exchanges or leaves out one of them, and nothing else. The paper's
 * method is taken apart in the same way, so that both can be read from the bottom up.
 *
 * All arms of a task and seed calibrate on the same rows, and are compared with the same dense model on the same texts.
 */
export const whatEachPartBuys: Question = {
	name: "what-each-part-buys",
	title: "What does each part buy?",
	subjects: [
		{ task: "sst2", model: "models/minilm-sst2", data: "data/glue/SST-2" },
		{ task: "stsb", model: "models/minilm-stsb", data: "data/glue/STS-B" },
	],
	samples: 2048,
	budgets: [
		{ seed: 0, macs: [0.5, 0.4, 0.3, 0.2] },
		{ seed: 1, macs: [0.5, 0.3] },
		{ seed: 2, macs: [0.5, 0.3] },
	],
	groups: [
		{
			name: "simpler choices, repaired like ours",
			arms: [
				["random", { importance: "random" }],
				["magnitude", { importance: "magnitude" }],
				["diagonal Fisher", { importance: "fisher" }],
				["uniform widths", { widths: "uniform" }],
			],
		},
		{
			name: "Kwon et al. 2022",
			arms: [
				["search only", { preset: "kwon2022", rearrange: "none", repair: "none" }],
				["+ rearrangement", { preset: "kwon2022", repair: "none" }],
				["+ scales (the paper)", { preset: "kwon2022" }],
			],
		},
		{
			name: "ours",
			arms: [
				["K-FAC, no repair", { repair: "none" }],
				["no input repair", { inputRepair: false }],
				["K-FAC + projection (winnow)", {}],
				["in three rounds", { rounds: 3 }],
			],
		},
	],
}
