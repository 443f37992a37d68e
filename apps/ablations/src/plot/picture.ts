/** A picture does not see the colours of the page it is in: it brings paper and ink of its own, for light and for dark. */
const colours = `<style>
svg { color: #1f2328; font-family: system-ui, sans-serif; font-size: 12px }
text { white-space: pre }
.paper { fill: #ffffff }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3 } .paper { fill: #0d1117 } }
</style>`

/** Plots beside each other as one SVG file. */
export function picture(
	parts: readonly string[],
	{ title, width, height }: { readonly title: string; readonly width: number; readonly height: number },
): string {
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
		colours,
		`<rect width="${width}" height="${height}" class="paper"/>`,
		...parts,
		"</svg>",
		"",
	].join("\n")
}

function escaped(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")
}
