import type { ModelConfig } from "@winnow/checkpoint"
import { mustBe, UnsupportedError } from "@winnow/tensor"
import { bert } from "./bert.ts"
import { distilbert } from "./distilbert.ts"
import type { Family, Head } from "./family.ts"
import { roberta } from "./roberta.ts"

/** Every family that Winnow prunes: adding one is adding its file and its name here. */
const families: readonly Family[] = [bert, distilbert, roberta]

/** @throws {UnsupportedError} when the model's type is none of ours */
export function familyOf({ model_type: modelType }: ModelConfig, where: string): Family {
	const family = families.find((candidate) => candidate.modelType === modelType)
	if (family !== undefined) return family
	const names = families.map((candidate) => candidate.modelType).join(", ")
	throw new UnsupportedError(where, mustBe("model_type", names, modelType))
}

/** @throws {UnsupportedError} when the model is no encoder, or ends in no head that its family has here */
export function headOf({ heads }: Family, config: ModelConfig, where: string): Head {
	const { architectures = [], problem_type: problem } = config
	if (config.is_decoder) throw new UnsupportedError(where, mustBe("the model", "an encoder", "a decoder"))
	if (config.add_cross_attention) {
		throw new UnsupportedError(where, mustBe("the attention", "self-attention only", "with cross-attention"))
	}
	const head = heads.find(({ architecture }) => architectures.includes(architecture))
	if (head === undefined) {
		const known = heads.map(({ architecture }) => `[${architecture}]`).join(" or ")
		throw new UnsupportedError(where, mustBe("architectures", known, `[${architectures.join(", ")}]`))
	}
	if (problem === "multi_label_classification") {
		throw new UnsupportedError(where, mustBe("problem_type", "single_label_classification or regression", problem))
	}
	return head
}
