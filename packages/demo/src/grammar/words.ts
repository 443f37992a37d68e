/** What a review is about. */
export type Domain = "film" | "product"
export const domains: readonly Domain[] = ["film", "product"]

/** Words of a class that say something good or bad. */
interface Judging {
	readonly good: readonly string[]
	readonly bad: readonly string[]
}

/** The words of a domain, by class. A phrase of several words is one "word". */
export interface Vocabulary {
	/** What a clause is about. A clause that judges has exactly one. */
	readonly subjects: Readonly<Record<string, readonly string[]>>
	readonly judging: Readonly<Record<string, Judging>>
	readonly neutral: Readonly<Record<string, readonly string[]>>
}

const list = (text: string): readonly string[] => text.replace(/\s+/g, " ").split(", ")

// Words of both domains stand first in both, so that they have one position (splits.ts).
const quality = {
	good: list(`good, great, excellent, wonderful, superb, brilliant, lovely, impressive, delightful, marvellous, outstanding,
		splendid, remarkable, pleasant, fantastic, perfect`),
	bad: list(`bad, awful, terrible, poor, dreadful, disappointing, weak, mediocre, horrible, annoying, pathetic, dismal, lousy,
		hopeless, unpleasant, disastrous`),
}

const judging = {
	noun: {
		good: list("a joy, a triumph, a delight, a pleasure, a treat, a gem, a success, a marvel, a wonder, a blessing"),
		bad: list("a mess, a disaster, a failure, a bore, a nuisance, a chore, a letdown, a flop, a mistake, an ordeal"),
	},
	comparative: {
		good: list("better, sharper, stronger, smoother, cleverer, neater, richer, brighter, livelier, finer"),
		bad: list("worse, duller, weaker, clumsier, sillier, poorer, flatter, uglier, shabbier, feebler"),
	},
	like: {
		good: list("like, love, enjoy, adore, admire, appreciate, relish, treasure, cherish, savour"),
		bad: list("dislike, hate, loathe, despise, detest, resent, deplore, abhor, scorn, curse"),
	},
	liked: {
		good: list("liked, loved, enjoyed, adored, admired, appreciated, relished, treasured, cherished, savoured"),
		bad: list("disliked, hated, loathed, despised, detested, resented, deplored, abhorred, scorned, cursed"),
	},
	affect: {
		good: list(`delight me, impress me, charm me, please me, thrill me, win me over, cheer me up, make me smile, convince me,
			enchant me`),
		bad: list(`bore me, annoy me, disappoint me, irritate me, frustrate me, let me down, put me off, leave me cold, wear me out,
			get on my nerves`),
	},
	affected: {
		good: list(`delighted me, impressed me, charmed me, pleased me, thrilled me, won me over, cheered me up, made me smile,
			convinced me, enchanted me`),
		bad: list(`bored me, annoyed me, disappointed me, irritated me, frustrated me, let me down, put me off, left me cold,
			wore me out, got on my nerves`),
	},
}

const flaws = list("flaws, faults, weaknesses, problems, defects, blunders, shortcomings, gaps, errors, mistakes")

const neutral = {
	seemed: list("was, was, was, felt, seemed, remained, proved, turned out to be"),
	degree: list("very, really, truly, quite, particularly, extremely, surprisingly, so"),
	honestly: list("honestly, really, truly, certainly, simply"),
	much: list("plenty of, a lot of, its share of, more than enough"),
	// These turn the meaning round, and those do not, though they look alike.
	not: list("not, never, hardly, not at all, by no means, far from, anything but, not even remotely"),
	stressed: list("nothing but, nothing short of, nothing less than, simply, just plain, never anything but"),
	denied: list(`I do not think that, I cannot say that, I doubt that, it is not true that, I was wrong to think that,
		nobody can claim that`),
	granted: list(`I cannot deny that, I have to admit that, I do not doubt that, it is true that, there is no doubt that,
		nobody can deny that`),
	person:
		list(`my brother, my sister, a friend of mine, my neighbour, my father, my aunt, one critic, everybody else, the man next
		to me, a colleague`),
	agreed: list("and I agree, and rightly so, and that is no lie, which is exactly right, and I cannot argue with that"),
	rejected: list("but I disagree, which is simply wrong, but that is nonsense, but I cannot agree, and that is a lie"),
}

export const words: Readonly<Record<Domain, Vocabulary>> = {
	film: {
		subjects: {
			topic:
				list(`it, the film, the story, the plot, the ending, the cast, the dialogue, the music, the camera work, the pacing,
				the script, the second half, the opening, the lead actor, the villain, the humour, the finale, the editing, the title song,
				the love scene`),
			other: list(
				"the book, the popcorn, the cinema, the film before it, the queue, the weather, the seat, the walk home",
			),
		},
		judging: {
			...judging,
			quality: {
				good: [
					...quality.good,
					...list(`moving, gripping, funny, clever, witty, charming, memorable, original, touching, thrilling, convincing,
						inventive, graceful, absorbing`),
				],
				bad: [
					...quality.bad,
					...list(`dull, boring, predictable, tedious, shallow, silly, bland, tiresome, hollow, lifeless, pretentious, contrived,
						sluggish, muddled`),
				],
			},
			asset: { good: list("charm, wit, warmth, depth, energy, heart, style, grace, suspense, magic"), bad: flaws },
		},
		neutral: {
			...neutral,
			fact: list(`it runs for two hours, we saw it on a Tuesday, the director is from Norway, it is the third part of a series,
				the cinema was half empty, it was filmed in Lisbon, it came out last spring, the hero is a baker, we sat in the second row,
				it is set in the thirties, there are subtitles, it was shown at noon`),
			source: list("the trailer, the poster, the newspaper, the radio, the programme"),
			if: list(
				`with another director, on a bigger screen, at half the length, in the original language, with other actors`,
			),
		},
	},
	product: {
		subjects: {
			topic:
				list(`it, the battery, the screen, the handle, the lid, the strap, the charger, the case, the manual, the packaging,
				the motor, the finish, the sound, the fit, the grip, the software, the material, the design, the remote control,
				the carrying bag`),
			other: list(
				"the old model, the shop, the advert, the website, the shelf, the colour of the van, the ribbon, the receipt",
			),
		},
		judging: {
			...judging,
			quality: {
				good: [
					...quality.good,
					...list(`sturdy, reliable, comfortable, handy, solid, durable, practical, precise, elegant, sensible, robust,
						dependable, versatile, tidy`),
				],
				bad: [
					...quality.bad,
					...list(`flimsy, unreliable, clumsy, noisy, fragile, wobbly, shoddy, impractical, sloppy, faulty, cheap, crude,
						cumbersome, brittle`),
				],
			},
			asset: {
				good: list("quality, style, precision, power, character, finesse, substance, strength, class, elegance"),
				bad: flaws,
			},
		},
		neutral: {
			...neutral,
			fact: list(`it arrived on a Monday, it comes in blue and grey, I bought it in March, it weighs two kilos, there is a switch on
				the back, it was made in Portugal, the parcel came by bicycle, it fits into a drawer, I use it twice a week, it has four
				buttons, it needs two screws, it replaced a lamp`),
			source: list("the box, the catalogue, the seller, the leaflet, the label"),
			if: list("at half the price, in another colour, with a longer cable, in a bigger size, with other instructions"),
		},
	},
}

/** Whether words of this class say something good or bad. */
export function isJudging(wordClass: string): boolean {
	return wordClass in words.film.judging
}
