import { results, resultsTable } from "./results-table.mjs"
import { sublayersPicture } from "./sublayers-picture.mjs"

const [begin, end] = ["<!-- results: written by tools/results/write.mjs -->", "<!-- end of results -->"]

/**
 * The README with the table between its two marks made anew.
 *
 * @param {string} readme
 */
export function readmeWith(readme) {
	const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
	if (from === -1 || to < from) throw new Error("results: README.md must have both marks of the results table")
	return `${readme.slice(0, from + begin.length)}\n\n${resultsTable()}\n\n${readme.slice(to)}`
}

/** A picture a task: what the default preset kept at half the MACs. */
export function picturesOf() {
	return results()
		.filter(({ recipe }) => recipe.macs === 0.5 && recipe.preset === "winnow")
		.map((result) => ({
			url: new URL(`../../docs/pictures/${result.task}-half.svg`, import.meta.url),
			svg: sublayersPicture(result),
		}))
}
