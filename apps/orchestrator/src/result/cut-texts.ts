import { type } from "arktype"
import { natural } from "./parts.ts"
import { count as grouped, percent } from "./quantities.ts"

/** How many of the texts that a run looked at were longer than `length` tokens, and cut there. */
export const cutTexts = type({ length: natural, texts: natural, count: natural, share: "number" })

export type CutTexts = typeof cutTexts.infer

/** Of fewer, nobody needs to be told. */
const fewShare = 0.01

/** `12 of 872 texts (1.4 %) are cut at 128 tokens`; undefined where hardly any are. */
export function cutWords(cut: CutTexts | undefined): string | undefined {
	if (cut === undefined || cut.share <= fewShare) return undefined
	const { count, texts, share, length } = cut
	return `${grouped(count)} of ${grouped(texts)} texts (${percent(share)}) are cut at ${grouped(length)} tokens`
}
