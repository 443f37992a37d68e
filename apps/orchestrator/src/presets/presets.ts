import type { ResolvedRecipe } from "../request/recipe.ts"
import { kwon2022 } from "./kwon2022.ts"
import { kwon2022Reference } from "./kwon2022-reference.ts"
import type { Preset } from "./preset.ts"
import type { PresetName } from "./preset-names.ts"

/** Every preset by its name: adding one is adding its file, its name, and its line here. */
const presets: Record<PresetName, (recipe: ResolvedRecipe) => Preset> = {
	kwon2022: (recipe) => (recipe.strictReference ? kwon2022Reference() : kwon2022(recipe)),
}

export function presetOf(recipe: ResolvedRecipe): Preset {
	return presets[recipe.preset](recipe)
}
