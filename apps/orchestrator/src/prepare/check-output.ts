import { realpath } from "node:fs/promises"
import { basename, dirname, join, relative, resolve, sep } from "node:path"
import { checkTarget } from "@winnow/checkpoint"
import { foreignIn } from "@winnow/export"
import { InvalidInputError } from "@winnow/tensor"

/**
 * Refuses an output folder that could not be put in place, or that would take the inputs' place.
 *
 * @throws {InvalidInputError} when it holds something else, cannot be written, lies in the model's folder or holds model or data
 */
export async function checkOutput({
	out,
	model,
	data,
}: {
	readonly out: string
	readonly model: string
	/** Where there is any. */
	readonly data?: string
}): Promise<void> {
	const [target, from] = await Promise.all([actual(out), actual(model)])
	if (isWithin(target, from)) throw new InvalidInputError(out, "the output folder", "outside the model's", model)
	if (isWithin(from, target)) throw new InvalidInputError(out, "the output folder", "without the model in it", model)
	if (data !== undefined && isWithin(await actual(data), target))
		throw new InvalidInputError(out, "the output folder", "without the data in it", data)
	await checkTarget(out, { foreignIn })
}

/** The path without links, as far as it exists. */
async function actual(path: string): Promise<string> {
	const full = resolve(path)
	const parent = dirname(full)
	return realpath(full).catch(async () => (full === parent ? full : join(await actual(parent), basename(full))))
}

function isWithin(path: string, folder: string): boolean {
	const steps = relative(folder, path)
	return steps !== ".." && !steps.startsWith(`..${sep}`) && resolve(folder, steps) === path
}
