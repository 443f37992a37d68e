import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { needs, sharedFile } from "@winnow/testing"
import { afterAll, beforeAll, expect, test } from "vitest"
import { evaluate, prune } from "../src/index.ts"

const timeout = 1_200_000
const pathOf = (name: string) => fileURLToPath(sharedFile(name))
const squad = { model: pathOf("models/minilm-squad"), task: "squad" }
const split = pathOf("data/squad/split")

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "winnow-questions-"))))
afterAll(() => rm(folder, { recursive: true, force: true }))

test("the dense scores are the reference's", { timeout, ...needs("shared") }, async () => {
	const reference = JSON.parse(await readFile(sharedFile("models/minilm-squad/eval.json"), "utf8"))
	const { metrics, samples } = await evaluate({ ...squad, data: split })
	expect(samples).toBe(reference.questions)
	expect(metrics.f1).toBeCloseTo(reference.f1, 4)
	expect(metrics.em).toBeCloseTo(reference.em, 4)
})

test("half of the MACs find most of the answers", { timeout, ...needs("shared") }, async () => {
	const data = join(folder, "squad")
	await mkdir(data)
	for (const name of ["train", "dev"]) {
		const whole = JSON.parse(await readFile(join(split, `${name}.json`), "utf8"))
		const [article] = whole.data
		const paragraphs = article.paragraphs.slice(0, 24)
		await writeFile(join(data, `${name}.json`), JSON.stringify({ ...whole, data: [{ ...article, paragraphs }] }))
	}
	const result = await prune({ ...squad, data, out: join(folder, "half"), macs: 0.5, samples: 64, timing: false })
	expect(result.recipe.loss).toBe("sampled")
	expect(result.macs.share).toBeLessThanOrEqual(0.5)
	expect(result.score.pruned).toBeGreaterThan(result.score.dense! - 0.1)
	expect(result.guide.source).toBe("rest")
})
