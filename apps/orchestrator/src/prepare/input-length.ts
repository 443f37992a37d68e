import { InvalidInputError } from "@winnow/tensor"
import { modelMaxLength } from "@winnow/tokenizer"
import type { OpenModel } from "./open-model.ts"

/**
 * Tokens that a model's inputs are cut to: what was asked for; else what the task says; else what the tokenizer says. A model's positions
 * are the limit of all of them.
 *
 * @throws {InvalidInputError} when more is asked for than the model has positions
 */
export async function inputLength(
	{ encoder, folder }: Pick<OpenModel, "encoder" | "folder">,
	{ maxLength, ofTask }: { readonly maxLength?: number | undefined; readonly ofTask?: number | undefined },
): Promise<number> {
	const { positions } = encoder.architecture
	if (maxLength !== undefined) {
		if (maxLength <= positions) return maxLength
		const expected = `a whole number from 1 to ${positions}, the model's positions`
		throw new InvalidInputError(folder.folder, "`maxLength`", expected, maxLength)
	}
	return Math.min(positions, ofTask ?? (await modelMaxLength(folder.folder)) ?? positions)
}
