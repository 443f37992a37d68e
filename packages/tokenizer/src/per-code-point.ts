/** Makes a mapping of strings one of single code points, which remembers what it has mapped. */
export function perCodePoint(map: (character: string) => string): (codePoint: number) => readonly number[] {
	const known = new Map<number, readonly number[]>()
	return (codePoint) => {
		let mapped = known.get(codePoint)
		if (mapped === undefined) {
			mapped = Array.from(map(String.fromCodePoint(codePoint)), (character) => character.codePointAt(0)!)
			known.set(codePoint, mapped)
		}
		return mapped
	}
}
