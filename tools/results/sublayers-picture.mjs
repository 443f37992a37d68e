// What a run kept of every sublayer, as SVG: a bar a sublayer, its kept share filled. Drawn from a committed result.

const barHeight = 22
const gap = 8
const left = 96
const width = 520
/** @type {Record<string, string>} */
const palette = { attention: "#3b6ea5", ffn: "#c0792a", gone: "#e4e4e4", text: "#222222" }

/** @param {any} result a file of docs/results */
export function sublayersPicture(result) {
	const layers = result.model.heads.length
	const rows = Array.from({ length: layers }, (_, layer) => [
		{ kind: "attention", layer, all: result.model.heads[layer], kept: result.architecture.heads[layer], unit: "heads" },
		{ kind: "ffn", layer, all: result.model.neurons[layer], kept: result.architecture.neurons[layer], unit: "neurons" },
	]).flat()
	const height = 64 + rows.length * (barHeight + gap)
	const title = `${result.model.source}: ${(100 * result.macs.share).toFixed(0)} % of the MACs kept`
	const faster = result.forward ? `, ${result.forward.speedup.toFixed(2)} x faster` : ""
	const scores = `${result.task}: ${result.score.dense.toFixed(4)} dense, ${result.score.pruned.toFixed(4)} pruned${faster}`
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${height}" font-family="sans-serif" font-size="13" role="img" aria-label="${title}">`,
		`<rect width="800" height="${height}" fill="#ffffff"/>`,
		text(left, 22, title, 'font-weight="bold"'),
		text(left, 42, scores),
		...rows.map(bar),
		"</svg>",
		"",
	].join("\n")
}

/**
 * @param {{ kind: string, layer: number, all: number, kept: number, unit: string }} sublayer
 * @param {number} index
 */
function bar({ kind, layer, all, kept, unit }, index) {
	const y = 56 + index * (barHeight + gap)
	const middle = y + barHeight / 2 + 4.5
	const full = (width * kept) / all
	return [
		text(left - 8, middle, `${kind === "attention" ? "attention" : "FFN"} ${layer}`, 'text-anchor="end"'),
		`<rect x="${left}" y="${y}" width="${width}" height="${barHeight}" rx="3" fill="${palette.gone}"/>`,
		kept > 0
			? `<rect x="${left}" y="${y}" width="${full.toFixed(1)}" height="${barHeight}" rx="3" fill="${palette[kind]}"/>`
			: "",
		text(left + width + 8, middle, `${kept} of ${all} ${unit}`),
	].join("")
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 */
function text(x, y, content, attributes = "") {
	return `<text x="${x}" y="${y}" fill="${palette.text}" ${attributes}>${content}</text>`.replace(" >", ">")
}
