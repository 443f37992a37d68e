import type { NumericArray } from "@winnow/tensor"
import type { ElementType, Shape, Value } from "../graph/graph.ts"
import type { Call, Step } from "./call.ts"

/** What a lowering may do: look up calls and make new ones. */
export interface Writer {
	/** Whether products are to be made of untransposed operands. */
	readonly transposesApart: boolean
	/** What computes a value of the graph. */
	callOf(value: Value): Call
	/** A float call; an equal one made before is returned instead. */
	emit(step: Step, inputs: readonly Call[], shape: Shape, type?: ElementType): Call
	scalar(value: number): Call
	/** How often a value is used: by other values, or as an output. */
	usesOf(value: Value): number
}

/** Makes every call once: what is equal to an earlier one, down to its inputs, is that one. */
export class CallWriter implements Writer {
	readonly #calls = new Map<string, Call>()
	readonly #ids = new Map<Call | NumericArray, number>()
	readonly #lowered = new Map<Value, Call>()
	readonly #uses: ReadonlyMap<Value, number>
	readonly transposesApart: boolean

	constructor(uses: ReadonlyMap<Value, number>, { transposesApart }: Pick<Writer, "transposesApart">) {
		this.#uses = uses
		this.transposesApart = transposesApart
	}

	lowered(value: Value, call: Call): void {
		this.#lowered.set(value, call)
	}

	callOf(value: Value): Call {
		return this.#lowered.get(value)!
	}

	usesOf(value: Value): number {
		return this.#uses.get(value) ?? 0
	}

	emit(step: Step, inputs: readonly Call[], shape: Shape, type: ElementType = "float"): Call {
		const attributes = step.name === "constant" ? { name: "constant", data: this.#idOf(step.data) } : step
		const key = JSON.stringify([attributes, shape, inputs.map((input) => this.#idOf(input))])
		const known = this.#calls.get(key)
		if (known !== undefined) return known
		const call: Call = { step, inputs, shape, type }
		this.#calls.set(key, call)
		return call
	}

	scalar(value: number): Call {
		const key = `scalar ${value}`
		const known = this.#calls.get(key) ?? {
			step: { name: "constant", data: Float32Array.of(value) },
			inputs: [],
			shape: [],
			type: "float",
		}
		this.#calls.set(key, known)
		return known
	}

	#idOf(thing: Call | NumericArray): number {
		const id = this.#ids.get(thing) ?? this.#ids.size
		this.#ids.set(thing, id)
		return id
	}
}
