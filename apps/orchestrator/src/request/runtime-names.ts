/** As a recipe spells them: ONNX Runtime, and TensorFlow.js. */
export const runtimeNames = ["onnx", "tfjs"] as const

export type RuntimeName = (typeof runtimeNames)[number]
