import { type TimedTogether, timeTogether } from "@winnow/latency-profiler"
import { openOnnx } from "@winnow/runtime"
import type { Timed } from "@winnow/tensor"
import type { OnnxForm } from "./onnx-forms.ts"

/** How files are fed while they are timed. */
export interface TimedInput {
	/** Inputs that run together. */
	readonly batch: number
	/** Tokens of each: none is padding. */
	readonly length: number
	readonly threads: number
}

/** Times ONNX files turn by turn, so many rounds; the first is what the others are compared with. */
export async function timedForms(
	forms: readonly OnnxForm[],
	{ rounds, ...input }: TimedInput & { readonly rounds: number },
): Promise<readonly TimedTogether[]> {
	const models: Timed[] = []
	try {
		for (const form of forms) models.push(await timedForm(form, input))
		return await timeTogether(models, { rounds: [rounds, rounds] })
	} finally {
		for (const model of models) await model.release()
	}
}

async function timedForm({ path, vocabulary }: OnnxForm, { batch, length, threads }: TimedInput): Promise<Timed> {
	const session = await openOnnx(path, { threads })
	const shape = [batch, length]
	const numbers = (value: (index: number) => number) => {
		return { shape, data: BigInt64Array.from({ length: batch * length }, (_, index) => BigInt(value(index))) }
	}
	// What the words are is of no matter to a clock; they only should not all be one.
	const numberAt: Record<string, (index: number) => number> = {
		input_ids: (index) => (index * 7919) % vocabulary,
		attention_mask: () => 1,
		token_type_ids: () => 0,
	}
	const feeds = Object.fromEntries(session.inputs.map((name) => [name, numbers(numberAt[name]!)]))
	return { time: (runs) => session.time(feeds, runs), release: () => session.close() }
}
