/** Numbers as people read them. */

const grouped = new Intl.NumberFormat("en-US")

export function count(value: number): string {
	return grouped.format(value)
}

/** `0.42 s`, `12.3 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(2)} s`
	if (seconds < 60) return `${seconds.toFixed(1)} s`
	const whole = Math.round(seconds)
	return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

const steps = ["", "k", "M", "G", "T"]

/** Three or four digits and a decimal prefix: `265.4 M`. */
export function short(value: number, unit = ""): string {
	const step = Math.min(steps.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)))
	const scaled = value / 1000 ** step
	return `${step === 0 ? count(scaled) : scaled.toFixed(1)} ${steps[step]}${unit}`.trimEnd()
}

export function percent(share: number, digits = 1): string {
	return `${(100 * share).toFixed(digits)} %`
}

/** Four digits; what is undefined (the correlation of a constant) says so. */
export function score(value: number | null): string {
	return value === null ? "undefined" : value.toFixed(4)
}

/** Three digits: `0.512 ms`, `44.9 ms`, `1,250 ms`. */
export function milliseconds(value: number): string {
	const digits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0
	return `${digits === 0 ? count(Math.round(value)) : value.toFixed(digits)} ms`
}

/** A folder and what it holds. */
export function quantityOfFiles(folder: string, files: Readonly<Record<string, number>>): string {
	const sizes = Object.entries(files).map(([name, bytes]) => `${name} ${short(bytes, "B")}`)
	return `${folder}: ${sizes.join(", ")}\n`
}
