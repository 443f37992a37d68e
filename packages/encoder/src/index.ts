export { type Architecture, sublayersOf } from "./architecture.ts"
export { loadEncoder, type TransformerEncoder } from "./transformer-encoder.ts"
