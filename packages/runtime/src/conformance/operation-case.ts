import type { Data, Value } from "../graph/graph.ts"
import type { InputShapes, Ops } from "../graph/ops.ts"
import { boundShape, elements } from "../graph/shapes.ts"
import { type Draw, drawn, random } from "./random.ts"

type Values = Readonly<Record<string, Value>>
type Sizes = Readonly<Record<string, number>>

interface CaseOptions {
	/** Sizes of the symbols; one compiled program runs with all of them (default: once, without symbols). */
	readonly sizes?: readonly Sizes[]
	/** How the elements of an input are drawn (default: standard normal; 0 for `int`). */
	readonly draw?: Readonly<Record<string, Draw>>
	/** Inputs whose gradient is checked (default: all of type float). */
	readonly wrt?: readonly string[]
}

/** A small program around one operation, and what to feed it. */
export interface OperationCase extends Required<CaseOptions> {
	/** What is special about it, in the words that follow the operation's name. */
	readonly name: string
	readonly inputs: InputShapes
	readonly program: (ops: Ops, inputs: Values) => Values
}

/** For shapes of `batch` and `length`: several, one, and another mixture. */
export const batchesAndLengths: readonly Sizes[] = [
	{ batch: 2, length: 3 },
	{ batch: 1, length: 1 },
	{ batch: 3, length: 5 },
]

/** A case whose program returns its only output, or outputs by name. */
export function operationCase<const Inputs extends InputShapes>(
	name: string,
	inputs: Inputs,
	program: (ops: Ops, inputs: { readonly [Key in keyof Inputs]: Value }) => Value | Values,
	{ sizes = [{}], draw = {}, wrt = floatKeys(inputs) }: CaseOptions = {},
): OperationCase {
	const named = (ops: Ops, values: Values): Values => {
		const result = program(ops, values as { readonly [Key in keyof Inputs]: Value })
		return isValue(result) ? { y: result } : result
	}
	return { name, inputs, program: named, sizes, draw, wrt }
}

/** Seeded feeds for inputs, the same for every runtime. */
export function drawnFeeds(inputs: InputShapes, sizes: Sizes, draw: OperationCase["draw"] = {}): Record<string, Data> {
	const stream = random(12)
	return Object.fromEntries(
		Object.entries(inputs).map(([key, { shape, type }]) => {
			const bound = boundShape(shape, new Map(Object.entries(sizes)))
			const data = drawn(elements(bound), stream, draw[key] ?? (type === "int" ? () => 0 : undefined))
			return [key, { shape: bound, data: type === "int" ? Int32Array.from(data) : data }]
		}),
	)
}

function floatKeys(inputs: InputShapes): readonly string[] {
	return Object.keys(inputs).filter((key) => inputs[key]!.type !== "int")
}

function isValue(result: Value | Values): result is Value {
	return Array.isArray(result.inputs)
}
