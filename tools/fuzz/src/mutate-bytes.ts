import { gzipSync } from "node:zlib"
import type { Dice } from "./dice.ts"

/** What a file may become, and what was done to it. */
export interface Mutated {
	readonly bytes: Buffer
	readonly what: string
}

export type Mutation = (bytes: Buffer, dice: Dice) => Mutated

const lfsPointer =
	"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
const page = "<!DOCTYPE html>\n<html><head><title>404</title></head><body>Sign in to continue</body></html>\n"

/** Mistakes of any file: what discs, downloads and editors do. */
export const byteMutations: readonly Mutation[] = [
	(bytes, dice) => {
		const flipped = Buffer.from(bytes)
		const count = 1 + dice.below(4)
		for (let i = 0; i < count && flipped.length > 0; i++) flipped[dice.below(flipped.length)]! ^= 1 << dice.below(8)
		return { bytes: flipped, what: `${count} bits flipped` }
	},
	(bytes, dice) => {
		const flipped = Buffer.from(bytes)
		const count = 1 + dice.below(8)
		const reach = Math.min(flipped.length, 200)
		for (let i = 0; i < count && reach > 0; i++) flipped[dice.below(reach)] = dice.below(256)
		return { bytes: flipped, what: `${count} bytes of the beginning changed` }
	},
	(bytes, dice) => {
		const end = dice.below(bytes.length + 1)
		return { bytes: bytes.subarray(0, end), what: `cut to ${end} bytes` }
	},
	(bytes, dice) => {
		const at = dice.below(bytes.length + 1)
		const noise = Buffer.from(Array.from({ length: 1 + dice.below(20) }, () => dice.below(256)))
		return {
			bytes: Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]),
			what: `${noise.length} bytes put in at ${at}`,
		}
	},
	(bytes, dice) => {
		const at = dice.below(bytes.length + 1)
		const length = dice.below(bytes.length - at + 1)
		return {
			bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
			what: `${length} bytes taken out at ${at}`,
		}
	},
	(bytes, dice) => {
		const at = dice.below(bytes.length + 1)
		const end = at + dice.below(bytes.length - at + 1)
		return {
			bytes: Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]),
			what: `bytes ${at} to ${end} doubled`,
		}
	},
	() => ({ bytes: Buffer.alloc(0), what: "emptied" }),
	() => ({ bytes: Buffer.from(lfsPointer), what: "a Git LFS pointer" }),
	() => ({ bytes: Buffer.from(page), what: "a page of HTML" }),
	(bytes) => ({ bytes: Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), bytes]), what: "with a byte order mark" }),
	(bytes) => ({
		bytes: Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(bytes.toString("utf8"), "utf16le")]),
		what: "in UTF-16",
	}),
	(bytes) => ({ bytes: Buffer.from(bytes.toString("utf8"), "latin1"), what: "in Latin-1" }),
	(bytes) => ({ bytes: gzipSync(bytes), what: "gzipped" }),
	(bytes) => ({ bytes: Buffer.alloc(bytes.length), what: "zeros" }),
]
