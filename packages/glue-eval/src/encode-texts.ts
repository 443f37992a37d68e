import type { Sample } from "@winnow/tensor"
import type { Tokenizer } from "@winnow/tokenizer"
import type { Example } from "./read-examples.ts"

/**
 * Tokenises texts for a model, without targets.
 *
 * @param o.maxLength - tokens, special ones included, that an input is cut to
 * @example
 * encodeTexts([{ row: 0, text: "A gem." }], tokenizer, { maxLength: 128 })[0].ids
 */
export function encodeTexts(
	examples: readonly Pick<Example, "text" | "pair">[],
	tokenizer: Pick<Tokenizer, "encode">,
	{ maxLength }: { readonly maxLength: number },
): readonly Sample[] {
	return examples.map(({ text, pair }) => {
		const { ids, segments } = tokenizer.encode(text, { pair, maxLength })
		return { ids, segments }
	})
}
