import { partsOf } from "../src/grammar/rule-parts.ts"
import { rules } from "../src/grammar/rules.ts"
import { domains, isJudging, words } from "../src/grammar/words.ts"

/** What a stretch of text says: 1 good, -1 bad, 0 nothing. */
type Verdict = 1 | -1 | 0

interface Reading {
	readonly end: number
	readonly verdict: Verdict
}

/**
 * All that a sentence may mean by the grammar, found from the sentence alone: the generator's second implementation, the other way
 * round. A rule says what those of its parts say that count, and nothing if they disagree.
 */
export function readingsOf(sentence: string): readonly Verdict[] {
	const text = sentence.toLowerCase()
	const known = new Map<string, readonly Reading[]>()
	const whole = readings("review", 0).filter(({ end }) => end === text.length)
	return [...new Set(whole.map(({ verdict }) => verdict))]

	function readings(name: string, start: number): readonly Reading[] {
		const key = `${name} ${start}`
		const found =
			known.get(key) ?? (rules[name]?.flatMap((rule) => ruleReadings(rule, start)) || wordReadings(name, start))
		known.set(key, found)
		return found
	}

	function ruleReadings(rule: string, start: number): readonly Reading[] {
		let open: readonly Reading[] = [{ end: start, verdict: 0 }]
		for (const part of partsOf(rule)) {
			open = open.flatMap(({ end, verdict }) => {
				if (typeof part === "string") return standsAt(part, end) ? [{ end: end + part.length, verdict }] : []
				return readings(part.name, end).flatMap((inner) => {
					const said = (inner.verdict * part.bearing || 0) as Verdict
					if (verdict !== 0 && said !== 0 && said !== verdict) return []
					return [{ end: inner.end, verdict: verdict || said }]
				})
			})
		}
		return open
	}

	function wordReadings(name: string, start: number): readonly Reading[] {
		const verdictOf = (word: string): Verdict => {
			if (!isJudging(name)) return 0
			return domains.some((domain) => words[domain].judging[name]!.good.includes(word)) ? 1 : -1
		}
		return wordsOf(name).flatMap((word) =>
			standsAt(word, start) ? [{ end: start + word.length, verdict: verdictOf(word) }] : [],
		)
	}

	function standsAt(piece: string, at: number): boolean {
		return text.startsWith(piece.toLowerCase(), at)
	}
}

function wordsOf(name: string): readonly string[] {
	const all = domains.flatMap((domain) => {
		const { subjects, judging, neutral } = words[domain]
		return subjects[name] ?? neutral[name] ?? [...judging[name]!.good, ...judging[name]!.bad]
	})
	return [...new Set(all)]
}
