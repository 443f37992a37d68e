import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type TinyTask, writeTinyData, writeTinyModel } from "@winnow/fixtures"
import type { Recipe } from "../src/index.ts"

/** A temporary folder with a tiny model and data of a task. */
export interface TinyWorkplace {
	readonly root: string
	readonly model: string
	readonly data: string
	/** A path below the root. */
	path(...names: string[]): string
	/** Every file and folder below the root, sorted. */
	listing(): Promise<string[]>
	remove(): Promise<void>
}

export async function tinyWorkplace(task: TinyTask = "sst2"): Promise<TinyWorkplace> {
	const root = await mkdtemp(join(tmpdir(), "winnow-orchestrator-"))
	const path = (...names: string[]) => join(root, ...names)
	await writeTinyModel(path("model"), { task })
	await writeTinyData(path("data"), task)
	return {
		root,
		model: path("model"),
		data: path("data"),
		path,
		listing: async () => (await readdir(root, { recursive: true })).sort(),
		remove: () => rm(root, { recursive: true, force: true }),
	}
}

/** Prunes the model of a workplace to half its MACs, into `out`; without ONNX files, which take longest. */
export function tinyRecipe(place: TinyWorkplace, change: Partial<Recipe> = {}): Recipe {
	const { model, data } = place
	return { model, task: "sst2", data, out: place.path("out"), macs: 0.5, samples: 32, formats: [], ...change }
}
