// Run by prove.mjs. Prints one line when all is well, and throws otherwise.
const assert = require("node:assert/strict")
const { createRequire } = require("node:module")
const { join } = require("node:path")
const util = require("node:util")

// Node 23 removed two functions that the package calls.
util.isArray ??= Array.isArray
util.isNullOrUndefined ??= (value) => value === null || value === undefined

const root = join(__dirname, "../..")
const tfjsNode = createRequire(join(root, "package.json"))("@tensorflow/tfjs-node-gpu")
const tf = createRequire(join(root, "packages/runtime/package.json"))("@tensorflow/tfjs-core")

assert.equal(tf.getBackend(), "tensorflow", "packages/runtime must see the backend that the package registers")
const matrix = tf.tensor2d([1, 2, 3, 4], [2, 2])
assert.deepEqual([...tf.matMul(matrix, matrix).dataSync()], [7, 10, 15, 22])

const { isUsingGpuDevice } = tf.backend()
const { "tfjs-core": core } = tfjsNode.version
console.log(`TensorFlow.js ${core} computes with TensorFlow's own library on the ${isUsingGpuDevice ? "GPU" : "CPU"}`)
