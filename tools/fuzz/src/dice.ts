import { randomFrom } from "@winnow/fixtures"

/** Choices that a seed and a number determine, whatever was chosen for other numbers. */
export class Dice {
	readonly #random: () => number

	constructor(seed: number, number: number) {
		this.#random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
		// Neighbouring states begin alike.
		for (let i = 0; i < 4; i++) this.#random()
	}

	/** A whole number from 0 to below `limit`; 0 where there is none. */
	below(limit: number): number {
		return Math.floor(this.#random() * limit)
	}

	chance(share: number): boolean {
		return this.#random() < share
	}

	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)]!
	}
}
