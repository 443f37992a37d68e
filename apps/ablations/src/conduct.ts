import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { NotedRun, Recipe, ResolvedRecipe } from "@winnow/orchestrator"
import { EvidenceShelf } from "./evidence-shelf.ts"
import { type Family, familiesOf } from "./families.ts"
import { groupedBy } from "./grouped-by.ts"
import type { Question } from "./question.ts"
import { type Origin, type Row, type RowResult, rowOf } from "./row.ts"
import { appendRows, readRows } from "./rows-file.ts"
import { sameRecipe } from "./same-recipe.ts"
import { roughly, secondsLeft } from "./time-left.ts"

/** What an experiment stands on. */
export interface Laboratory extends Origin, Pick<NotedRun, "signal"> {
	/** Folder of models and data sets. */
	readonly shared: string
	/** Where rows are added. */
	readonly file: string
	/** Checks a recipe and makes its choices, without running the model. */
	readonly check: (recipe: Recipe) => Promise<ResolvedRecipe>
	readonly prune: (recipe: Recipe, run: NotedRun) => Promise<readonly RowResult[]>
	/** Told one sentence at a time how far things are. */
	readonly log: (line: string) => void
}

interface Conducting extends Laboratory {
	/** Says that a family is about to run. */
	readonly announce: (family: Checked) => Promise<void>
}

/** A family whose recipe was found to be right. */
interface Checked extends Family {
	readonly resolved: ResolvedRecipe
}

/**
 * Makes the rows of a question that are not in the file yet. Every recipe is checked before the first model runs.
 *
 * A row is there when the file has one of its cell with the same recipe. Rows of a family are added together, when it is done.
 *
 * @throws what `check` and `prune` throw; the file then holds the rows of all families that were done
 */
export async function conduct(question: Question, laboratory: Laboratory): Promise<void> {
	const { file, log } = laboratory
	const rows = await readRows(file)
	const all = await checked(familiesOf(question, laboratory.shared), laboratory)
	const todo = all.flatMap((family) => missing(family, rows))
	log(`${runsIn(all) - runsIn(todo)} of ${runsIn(all)} runs are done`)
	const announce = async (family: Checked) => log(progressLine(family, todo, await readRows(file)))
	for (const families of situationsOf(todo)) await conductSituation(families, { ...laboratory, announce })
}

/** Method and places do not depend on the seed: one check an arm and task is enough. */
async function checked(families: readonly Family[], { check, signal }: Laboratory): Promise<readonly Checked[]> {
	const known = new Map<string, ResolvedRecipe>()
	const result: Checked[] = []
	for (const family of families) {
		signal?.throwIfAborted()
		const { arm, task, seed, macs, recipe } = family
		const key = JSON.stringify([arm, task])
		const resolved = known.get(key) ?? (await check({ ...recipe, macs: [...macs], out: notYet }))
		known.set(key, resolved)
		result.push({ ...family, resolved: { ...resolved, seed } })
	}
	return result
}

/** Any folder that does not exist: a check looks at it, and writes nothing. */
const notYet = join(tmpdir(), "winnow-ablations-not-yet")

/** The family at the budgets that have no row. */
function missing(family: Checked, rows: readonly Row[]): readonly Checked[] {
	const isDone = (share: number) => rows.some((row) => isRowOf(row, family, share))
	const macs = family.macs.filter((share) => !isDone(share))
	return macs.length === 0 ? [] : [{ ...family, macs }]
}

function isRowOf(row: Row, { arm, task, seed, resolved }: Checked, share: number): boolean {
	const isOfCell = row.arm === arm && row.task === task && row.seed === seed && row.macs === share
	return isOfCell && sameRecipe(row.recipe, resolved)
}

/** Families of one task and seed share samples, and so what they ask of the model. */
function situationsOf(families: readonly Checked[]): readonly (readonly Checked[])[] {
	return [...groupedBy(families, ({ task, seed }) => JSON.stringify([task, seed])).values()]
}

async function conductSituation(families: readonly Checked[], laboratory: Conducting): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), "winnow-ablations-"))
	try {
		const shelf = new EvidenceShelf(join(folder, "evidence"))
		for (const family of families) {
			await laboratory.announce(family)
			const rows = await rowsOfFamily(family, { ...laboratory, shelf, out: join(folder, "models") })
			await appendRows(laboratory.file, rows)
		}
	} finally {
		await rm(folder, { recursive: true })
	}
}

/** Prunes, and keeps of the slim models the rows alone. */
async function rowsOfFamily(
	family: Checked,
	{ prune, shelf, out, log, signal, commit }: Laboratory & { readonly shelf: EvidenceShelf; readonly out: string },
): Promise<readonly Row[]> {
	const { recipe, resolved } = family
	const start = performance.now()
	const curves = shelf.find(resolved)
	// Rearrangement needs the gradients that curves were made of: the first arm keeps them for the others.
	const evidence = curves === undefined ? { keepGradients: resolved.importance === "fisher" } : { curves }
	try {
		const results = await prune({ ...recipe, ...evidence, macs: [...family.macs], out }, { signal, onNote: log })
		if (curves === undefined) await shelf.put(resolved, join(out, String(family.macs[0])))
		const seconds = (performance.now() - start) / 1000 / results.length
		return results.map((result) => rowOf(family, result, { commit, seconds, date: new Date() }))
	} finally {
		await rm(out, { recursive: true, force: true })
	}
}

/** `[12/192] about 43 min left: sst2, seed 0, uniform widths at 0.5 0.4`. */
function progressLine(family: Family, todo: readonly Family[], timed: readonly Row[]): string {
	const ahead = todo.slice(todo.indexOf(family))
	const work = ahead.map(({ arm, macs }) => ({ arm, runs: macs.length }))
	const left = secondsLeft(timed, work)
	const known = left === undefined ? "" : ` about ${roughly(left)} left:`
	const { task, seed, arm, macs } = family
	return `[${runsIn(todo) - runsIn(ahead)}/${runsIn(todo)}]${known} ${task}, seed ${seed}, ${arm} at ${macs.join(" ")}`
}

function runsIn(families: readonly Family[]): number {
	return families.reduce((sum, { macs }) => sum + macs.length, 0)
}
