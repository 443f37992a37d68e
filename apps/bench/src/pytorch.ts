import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Architecture } from "@winnow/encoder"
import type { Sample } from "@winnow/tensor"
import type { Contender, Run } from "./contender.ts"
import { installedPython, startPython } from "./python.ts"

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export interface Job {
	readonly modelFolder: string
	readonly architecture: Architecture
	readonly samples: readonly Sample[]
	readonly threads: number
}

/** PyTorch's autograd in a process of its own, in the batches that it is fastest with: ours are what the library ships with. */
export async function pytorch(job: Job): Promise<Contender> {
	const scratch = await mkdtemp(join(tmpdir(), "winnow-bench-"))
	const jobFile = join(scratch, "job.json")
	await writeFile(jobFile, JSON.stringify(described(job)))
	const python = startPython(await installedPython(), [path("../python/mask_gradients.py"), jobFile])
	const run = async (budget: number) => (await python.ask(String(budget))) as Run & { readonly torch: string }
	const budget = await fastestBudget(run)
	const { torch } = await run(budget)
	return {
		name: `PyTorch ${torch} (${budget} tokens a batch)`,
		run: () => run(budget),
		async close() {
			python.close()
			await rm(scratch, { recursive: true })
		},
	}
}

function described({ modelFolder, architecture, samples, threads }: Job) {
	const { headSize, hidden, epsilon } = architecture
	return {
		model: modelFolder,
		heads: hidden / headSize,
		eps: epsilon,
		threads,
		samples: samples.map(({ ids, segments, target }) => ({ ids: [...ids], segments: [...segments!], target })),
	}
}

async function fastestBudget(run: (budget: number) => Promise<Run>): Promise<number> {
	let best = { budget: 0, seconds: Number.POSITIVE_INFINITY }
	for (const budget of [512, 1024, 2048, 4096]) {
		await run(budget)
		const seconds = Math.min((await run(budget)).seconds, (await run(budget)).seconds)
		if (seconds < best.seconds) best = { budget, seconds }
	}
	return best.budget
}
