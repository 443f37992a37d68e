import type { Data } from "../graph/graph.ts"
import { boundShape, elements } from "../graph/shapes.ts"
import type { Call, StepNamed } from "./call.ts"
import type { Device, Tensor } from "./device.ts"
import { type ComputedStep, type Kernel, kernels } from "./kernels.ts"

/** What is known while a program runs. */
export interface Known {
	readonly results: ReadonlyMap<Call, Tensor>
	readonly sizes: ReadonlyMap<string, number>
}

/** The result of one call whose inputs have theirs, as a tensor of its own. */
export function resultOf(
	device: Device,
	{ step, inputs, shape: symbolic, type }: Call,
	{ results, sizes }: Known,
): Tensor {
	const shape = boundShape(symbolic, sizes)
	if (step.name === "constant") return tensorOf(device, { shape, data: step.data })
	const operands = inputs.map((input) => results.get(input)!)
	// Backends do without tensors that have no elements: nothing, and sums over nothing, are made here.
	const isOfNothing = elements(shape) === 0 || operands.some(({ size }) => size === 0)
	if (isOfNothing) return device.tf.zeros(shape, type === "int" ? "int32" : "float32")
	const kernel = kernels[step.name as ComputedStep] as Kernel
	return device.tf.tidy(() => kernel(operands, { device, shape, step: step as StepNamed<ComputedStep> }))
}

/** Elements as they are fed: uploaded when an operation first reads them. */
export function tensorOf({ tf }: Device, { shape, data }: Data): Tensor {
	if (data instanceof Int32Array) return tf.tensor(data, [...shape], "int32")
	return tf.tensor(data instanceof Float32Array ? data : Float32Array.from(data as Float64Array), [...shape], "float32")
}
