import { mkdir, rename } from "node:fs/promises"
import { join } from "node:path"
import type { ResolvedRecipe } from "@winnow/orchestrator"

const [curvesFile, gradientsFile] = ["curves.json", "gradients.safetensors"]

/** Removal curves, and gradients, that arms of one task and seed leave for later ones: what is asked of a model is computed once. */
export class EvidenceShelf {
	readonly #folder: string
	readonly #curves = new Map<string, string>()

	/** @param folder - belongs to the shelf; need not exist yet */
	constructor(folder: string) {
		this.#folder = folder
	}

	/** The curves.json of an arm that asked the same. */
	find(recipe: ResolvedRecipe): string | undefined {
		return this.#curves.get(basisOf(recipe))
	}

	/** Takes the curves out of the folder of a result, and the gradients that lie beside them. */
	async put(recipe: ResolvedRecipe, result: string): Promise<void> {
		const place = join(this.#folder, String(this.#curves.size))
		await mkdir(place, { recursive: true })
		await rename(join(result, curvesFile), join(place, curvesFile))
		if (recipe.importance === "fisher") await rename(join(result, gradientsFile), join(place, gradientsFile))
		this.#curves.set(basisOf(recipe), join(place, curvesFile))
	}
}

/** Recipes of one basis have the same curves, if model, samples and seed are the same. */
function basisOf({ importance, loss, mu, strictReference }: ResolvedRecipe): string {
	return JSON.stringify([importance, loss, mu, strictReference])
}
