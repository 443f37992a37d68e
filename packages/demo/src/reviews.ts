import { drawTemplate, type Template } from "./grammar/template.ts"
import { domains } from "./grammar/words.ts"
import { oneOf, type Random, randomFrom } from "./random.ts"
import { type Review, reviewFrom } from "./review.ts"
import { type Split, splitOfTemplate } from "./splits.ts"

export interface ReviewsOptions {
	readonly rows: number
	readonly seed: number
}

/**
 * Different reviews of a split, half of them positive but for chance. The same seed gives the same ones.
 *
 * @example
 * reviews("dev", { rows: 1, seed: 1 })[0].sentence // => "Unlike my aunt, I enjoyed the fit."
 */
export function reviews(split: Split, { rows, seed }: ReviewsOptions): readonly Review[] {
	const random = randomFrom(seed)
	const bySentence = new Map<string, Review>()
	while (bySentence.size < rows) {
		const meaning = { split, label: random(2) === 1 ? 1 : 0, domain: oneOf(domains, random) } as const
		const review = reviewFrom(templateOf(split, random), meaning, random)
		bySentence.set(review.sentence, review)
	}
	return [...bySentence.values()]
}

function templateOf(split: Split, random: Random): Template {
	let template = drawTemplate(random)
	while (splitOfTemplate(template.text) !== split) template = drawTemplate(random)
	return template
}
