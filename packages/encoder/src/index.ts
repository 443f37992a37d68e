export { type Architecture, sublayersOf } from "./architecture.ts"
export { type Batch, batchesOf } from "./batches.ts"
export { randomSamples } from "./random-samples.ts"
export { loadEncoder, type TransformerEncoder } from "./transformer-encoder.ts"
