/** Called with a token and the place `[start, end)`, in UTF-16 code units, that it has in the text given. */
type TokenVisitor = (id: number, start: number, end: number) => void

/** Visits, in order, the tokens of `text[start, end)`, in which no added token is. */
export type ForEachToken = (text: string, start: number, end: number, visit: TokenVisitor) => void
