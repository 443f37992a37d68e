/** Rows as text: the first column to the left, the others to the right, two spaces between. */
export function aligned(rows: readonly (readonly string[])[]): string {
	const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	)
	const line = (row: readonly string[]) =>
		row
			.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
			.join("  ")
			.trimEnd()
	return rows.map((row) => `${line(row)}\n`).join("")
}
