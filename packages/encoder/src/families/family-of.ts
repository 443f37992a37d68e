import type { ModelConfig } from "@winnow/checkpoint"
import { mustBe, UnsupportedError } from "@winnow/tensor"
import { bert } from "./bert.ts"
import type { Family } from "./family.ts"

/** Every family that Winnow prunes: adding one is adding its file and its name here. */
const families: readonly Family[] = [bert]

/** @throws {UnsupportedError} when the model's type is none of ours */
export function familyOf({ model_type: modelType }: ModelConfig, where: string): Family {
	const family = families.find((candidate) => candidate.modelType === modelType)
	if (family !== undefined) return family
	const names = families.map((candidate) => candidate.modelType).join(", ")
	throw new UnsupportedError(where, mustBe("model_type", names, modelType))
}
