import { InvalidInputError } from "./errors/invalid-input-error.ts"
import { ShapeError } from "./errors/shape-error.ts"
import type { Refit, RepairSite } from "./repair.ts"

/**
 * Refuses a map that cannot take the place of the one at a site: a repair is code of whoever calls, and NaN in one matrix makes every
 * logit NaN.
 *
 * @param where - who was given it, for the message
 * @throws {ShapeError} when weights or bias have another size than the site's, or are no Float32Array
 * @throws {InvalidInputError} when a number is NaN or infinite
 */
export function requireRefit({ weights, bias }: Refit, site: RepairSite, where: string): void {
	const { kind, layer } = site.sublayer
	const of = `for the ${site.side} of ${kind} ${layer}`
	const parts = [
		["weights", weights?.data, site.weights.data.length],
		["bias", bias, site.bias.length],
	] as const
	const shape = site.weights.shape
	if (!(weights?.shape[0] === shape[0] && weights.shape[1] === shape[1])) {
		throw new ShapeError(where, `the shape of the weights ${of}`, `[${shape.join(", ")}]`, weights?.shape)
	}
	for (const [name, numbers, length] of parts) {
		if (!(numbers instanceof Float32Array)) {
			throw new ShapeError(
				where,
				`the ${name} ${of}`,
				"a Float32Array",
				Object.prototype.toString.call(numbers).slice(8, -1),
			)
		}
		if (numbers.length !== length) throw new ShapeError(where, `the ${name} ${of}`, `${length} long`, numbers.length)
		const bad = numbers.find((value) => !Number.isFinite(value))
		if (bad !== undefined) throw new InvalidInputError(where, `the ${name} ${of}`, "finite", bad)
	}
}
