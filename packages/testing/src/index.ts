export { type Closeness, exact, f32, f64, toBeAllclose } from "./allclose.ts"
export { plainDiagonalCurves } from "./plain-diagonal-curves.ts"
export { type Golden, type GoldenConstraint, goldenConstraints, goldenTasks, readGolden } from "./read-golden.ts"
export { sharedFile } from "./shared-file.ts"
