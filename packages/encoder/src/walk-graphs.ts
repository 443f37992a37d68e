import { type Graph, type Ops, trace, type Value } from "@winnow/runtime"
import { tokenInputs } from "./graphs.ts"
import { inputMoments } from "./input-moments.ts"
import { attentionBias, type EncoderProgram, encoderProgram, firstToken } from "./program.ts"
import type { Model } from "./slimmed.ts"
import { upperTriangle } from "./upper-triangle.ts"

/** One sublayer of a model on the walk, and which rows count there. */
export interface Step {
	readonly kind: "attention" | "ffn"
	readonly layer: number
	/** Rows of the output that are needed: all tokens, or [CLS] only. */
	readonly rows: "tokens" | "first"
}

/** Token ids to the input of the first sublayer. */
export function embeddingGraph({ architecture, weights }: Model): Graph {
	const { ids, segments } = tokenInputs
	return trace({ ids, segments }, (ops, inputs) => ({
		stream: encoderProgram(ops, architecture, weights).embed(inputs.ids, inputs.segments),
	}))
}

/** Streams are `[batch, length, d]` and masks `[batch, length]`; `length` is 1 behind a step that needs [CLS] only. */
const stream = (hidden: number) => ({ shape: ["batch", "length", hidden] }) as const

/**
 * One sublayer of the student with residual and layer normalisation: `student` in, `next` out.
 *
 * @param moments - also what the input site of the next sublayer needs: the `teacher` is behind this sublayer already
 */
export function stepGraph(model: Model, step: Step, { moments }: { readonly moments: boolean }): Graph {
	const { hidden } = model.architecture
	const rows = step.rows === "first" ? 1 : "length"
	const teacher = { shape: ["batch", rows, hidden] } as const
	const inputs = { student: stream(hidden), mask: tokenInputs.mask, ...(moments && { teacher }) }
	return trace(inputs, (ops, { student: x, mask, teacher: t }) => {
		const program = encoderProgram(ops, model.architecture, model.weights)
		const { residual, output } = branchOf({ ops, program, step }, x, mask)
		const next = normOf(program, step, ops.add(residual, output))
		if (t === undefined) return { next }
		const rowsOf = tokenRows(ops, step, mask)
		return { next, ...inputMoments(ops, rowsOf(next), rowsOf(t)) }
	})
}

/**
 * What an output site needs from one batch: the sums of its regression, and the teacher's stream behind it as `next`.
 *
 * x are the student's inputs of the output projection and y = (x_T + f_T(x_T)) - x_S, both `[rows, ...]`, padding zeroed.
 *
 * @param target - whose f_T the student is fitted to: the teacher itself, or the dense model on the teacher's stream
 */
export function outputMomentsGraph(o: { student: Model; teacher: Model; target: Model; step: Step }): Graph {
	const { student, teacher, target, step } = o
	const { hidden } = student.architecture
	const inputs = { student: stream(hidden), teacher: stream(hidden), mask: tokenInputs.mask } as const
	return trace(inputs, (ops, streams) => {
		const program = (model: Model) => encoderProgram(ops, model.architecture, model.weights)
		const branch = (model: Model, x: Value) => branchOf({ ops, program: program(model), step }, x, streams.mask)
		const kept = branch(teacher, streams.teacher)
		const wanted = target === teacher ? kept : branch(target, streams.teacher)
		const own = branch(student, streams.student)
		const y = ops.sub(ops.add(wanted.residual, wanted.output), own.residual)
		return {
			next: normOf(program(teacher), step, ops.add(kept.residual, kept.output)),
			...sums({ ops, x: own.inputs, y, rowsOf: tokenRows(ops, step, streams.mask) }),
		}
	})
}

interface Branch {
	/** The rows of the residual stream that go on. */
	readonly residual: Value
	/** Inputs of the output projection `[batch, rows, n]`; undefined without units. */
	readonly inputs: Value | undefined
	/** `[batch, rows, d]`, or `[d]` without units. */
	readonly output: Value
}

function branchOf(at: { ops: Ops; program: EncoderProgram; step: Step }, x: Value, mask: Value): Branch {
	const { ops, program, step } = at
	const first = step.rows === "first"
	const residual = first ? firstToken(ops, x) : x
	if (step.kind === "attention") {
		const contexts = program.contexts(step.layer, x, { bias: attentionBias(ops, mask), first })
		const output = program.attentionOutput(step.layer, contexts)
		return { residual, inputs: contexts && ops.mergeHeads(contexts), output }
	}
	const inputs = program.activations(step.layer, residual)
	return { residual, inputs, output: program.ffnOutput(step.layer, inputs) }
}

const normOf = (program: EncoderProgram, { kind, layer }: Step, x: Value) =>
	kind === "attention" ? program.attentionNorm(layer, x) : program.ffnNorm(layer, x)

/** `[batch, rows, n]` -> `[batch rows, n]`, padding zeroed: where only [CLS] goes on there is none. */
function tokenRows(ops: Ops, { rows }: Step, mask: Value): (value: Value) => Value {
	const factor = rows === "first" ? undefined : ops.expandDims(mask, [2])
	return (value) => ops.flattenRows(factor === undefined ? value : ops.mul(value, factor))
}

function sums(o: { ops: Ops; x: Value | undefined; y: Value; rowsOf: (value: Value) => Value }): Record<string, Value> {
	const { ops, rowsOf } = o
	const y = rowsOf(o.y)
	const ofY = { y: ops.reduceSum(y, [0]), yy: ops.reduceSum(ops.mul(y, y), [0, 1]) }
	if (o.x === undefined) return ofY
	const x = rowsOf(o.x)
	return {
		...ofY,
		x: ops.reduceSum(x, [0]),
		...upperTriangle(ops, x, "xx"),
		xy: ops.matMul(x, y, { transposeA: true }),
	}
}
