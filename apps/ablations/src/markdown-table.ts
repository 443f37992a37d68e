/** A table: the first columns, words, to the left, and the others, numbers, to the right. */
export function markdownTable(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	{ words = 1 }: { readonly words?: number } = {},
): string {
	const rule = head.map((_, column) => (column < words ? "---" : "---:"))
	return [head, rule, ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |\n`).join("")
}

/** A name with a bar would be two cells. */
function escaped(cell: string): string {
	return cell.replaceAll("|", "\\|")
}
