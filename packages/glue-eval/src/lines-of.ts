/** Lines without their ends, LF or CRLF; empty ones at the end of the text do not count. */
export function linesOf(text: string): string[] {
	return text.replace(/[\r\n]+$/, "").split(/\r?\n/)
}
