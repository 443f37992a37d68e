export { loadTokenizer } from "./load-tokenizer.ts"
export type { EncodeOptions, Encoding, Tokenizer, Tokens } from "./tokenizer.ts"
