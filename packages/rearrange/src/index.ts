export { blockLoss } from "./block-loss.ts"
export { type RearrangeOptions, rearrange } from "./rearrange.ts"
