import type { Sample } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import type { Example } from "./read-examples.ts"

type Text = Pick<Example, "text" | "pair">

/**
 * Tokenises texts for a model, without targets.
 *
 * @param o.maxLength - tokens, special ones included, that an input is cut to; where it is absent nothing is cut
 * @param o.onCut - told which texts were cut
 * @example
 * encodeTexts([{ text: "A gem." }], tokenizer, { maxLength: 128 })[0].ids
 */
export function encodeTexts<Each extends Text>(
	examples: readonly Each[],
	tokenizer: Pick<Tokenizer, "encode">,
	{
		maxLength,
		onCut,
	}: { readonly maxLength?: number | undefined; readonly onCut?: ((example: Each) => void) | undefined },
): readonly Sample[] {
	return examples.map((example) => {
		const { text, pair } = example
		const { ids, segments } = tokenizer.encode(text, { pair, maxLength })
		// What is as long as it may be either was so or was cut.
		if (onCut !== undefined && ids.length === maxLength && tokenizer.encode(text, { pair }).ids.length > maxLength) {
			onCut(example)
		}
		return { ids, segments }
	})
}
