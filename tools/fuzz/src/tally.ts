import type { CaseReport } from "./cases.ts"

/** How the cases of a run ended, and what is printed of it. */
export class Tally {
	readonly #seed: number
	readonly #faults = new Map<string, number>()
	#finite = 0
	#refused = 0

	constructor(seed: number) {
		this.#seed = seed
	}

	get faults(): number {
		return [...this.#faults.values()].reduce((sum, count) => sum + count, 0)
	}

	/** Counts a case. The first faults of a kind are printed, with the command that repeats them. */
	add(number: number, { what, outcome }: CaseReport): void {
		if (outcome.kind === "finite") this.#finite++
		if (outcome.kind === "refused") this.#refused++
		if (outcome.kind !== "fault") return
		const before = this.#faults.get(outcome.fault) ?? 0
		this.#faults.set(outcome.fault, before + 1)
		if (before >= 3) return
		const again = `pnpm fuzz --seed ${this.#seed} --case ${number}`
		console.log(`FAULT ${outcome.fault}\n  ${what}\n  ${printable(outcome.detail)}\n  again: ${again}`)
	}

	summary(run: string): string {
		const kinds = [...this.#faults].sort(([, a], [, b]) => b - a)
		return [
			...kinds.map(([fault, count]) => `${String(count).padStart(6)}  ${fault}`),
			`${this.#finite + this.#refused + this.faults} cases (${run}): ${this.#finite} end in finite numbers, ` +
				`${this.#refused} in one line, ${this.faults} in a fault`,
		].join("\n")
	}
}

/** Some of a detail, a line under the other, without what would move the cursor. */
function printable(detail: string): string {
	const text = detail.length <= 1000 ? detail : `${detail.slice(0, 1000)}... (${detail.length} characters)`
	const lines = text
		.split("\n")
		.map((line) => line.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => JSON.stringify(character)))
	return lines.join("\n  ")
}
