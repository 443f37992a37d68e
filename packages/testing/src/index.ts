export { type Closeness, exact, f32, f64, toBeAllclose } from "./allclose.ts"
