export { diagonalCurves } from "./diagonal-curves.ts"
export { diagonalFisher } from "./diagonal-fisher.ts"
