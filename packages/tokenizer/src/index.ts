export { completeFiles, type ModelFacts } from "./complete-files.ts"
export { contextWindows, type WindowOptions } from "./context-windows.ts"
export { loadTokenizer } from "./load-tokenizer.ts"
export type { EncodeOptions, Encoding, Tokenizer, Tokens } from "./tokenizer.ts"
