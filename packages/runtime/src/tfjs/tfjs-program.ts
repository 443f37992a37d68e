import { setImmediate } from "node:timers/promises"
import { type NumericArray, ShapeError, WinnowError } from "@winnow/tensor"
import { bindSizes } from "../graph/bind-sizes.ts"
import type { Data, Graph } from "../graph/graph.ts"
import type { Program } from "../runtime.ts"
import { timedRuns } from "../timed-runs.ts"
import type { Call } from "./call.ts"
import { resultOf, tensorOf } from "./compute.ts"
import type { Device, Tensor } from "./device.ts"
import { startingDevice } from "./open-device.ts"
import { type Plan, planOf } from "./plan.ts"

type Feeds = Readonly<Record<string, Data>>
type Results = Map<Call, Tensor>

/** A graph whose constants lie on the device. */
export function tfjsProgram(device: Device, graph: Graph, forget: (program: Program) => void): Program {
	const plan = planOf(graph, device)
	let constants: Results | undefined = onDevice(device, () => fixedResults(device, plan))
	const program: Program = {
		async run(feeds) {
			while (startingDevice() !== undefined) await startingDevice()
			if (constants === undefined) throw new ShapeError("tfjs", "the program", "one that was not released", "released")
			const outputs = onDevice(device, () => outputsOf(device, plan, { graph, feeds, constants: constants! }))
			// Nothing else runs while TensorFlow.js computes: signals and progress get their turn here.
			await setImmediate()
			return outputs
		},
		time: (feeds, runs) => timedRuns(() => program.run(feeds), runs),
		async release() {
			for (const tensor of constants?.values() ?? []) tensor.dispose()
			constants = undefined
			forget(program)
		},
	}
	return program
}

/** What is computed without a pause: one backend at a time is TensorFlow.js's current one. */
function onDevice<Result>({ tf, registered }: Device, compute: () => Result): Result {
	if (tf.getBackend() !== registered) void tf.setBackend(registered)
	let result: Result | undefined
	try {
		// Not returned through tidy, which would look for tensors in every element of it.
		tf.tidy(() => {
			result = compute()
		})
	} catch (cause) {
		if (WinnowError.is(cause)) throw cause
		throw new WinnowError("tfjs", cause instanceof Error ? cause.message : String(cause), { cause })
	}
	return result as Result
}

function fixedResults(device: Device, { fixed, lasting }: Plan): Results {
	const results: Results = new Map()
	for (const call of fixed) results.set(call, resultOf(device, call, { results, sizes: new Map() }))
	return new Map([...lasting].map((call) => [call, device.tf.keep(results.get(call)!)]))
}

function outputsOf(
	device: Device,
	{ feeds: fed, steps, outputs }: Plan,
	{ graph, feeds, constants }: { readonly graph: Graph; readonly feeds: Feeds; readonly constants: Results },
): Record<string, Data> {
	const sizes = bindSizes(graph, feeds)
	const results: Results = new Map(constants)
	for (const [key, call] of fed) results.set(call, tensorOf(device, feeds[key]!))
	for (const { call, spent } of steps) {
		results.set(call, resultOf(device, call, { results, sizes }))
		for (const each of spent) {
			results.get(each)!.dispose()
			results.delete(each)
		}
	}
	// Copies: some backends hand out memory that is fed, or that they go on using.
	const dataOf = (tensor: Tensor) => ({ shape: [...tensor.shape], data: tensor.dataSync().slice() as NumericArray })
	return Object.fromEntries([...outputs].map(([key, call]) => [key, dataOf(results.get(call)!)]))
}
