import type { Dice } from "./dice.ts"
import type { Mutation } from "./mutate-bytes.ts"
import { jsonMutations } from "./mutate-json.ts"

interface Stored {
	name: string
	dtype: string
	shape: number[]
	data: Buffer
}

interface Weights {
	metadata: unknown
	tensors: Stored[]
}

type ChangeOfWeights = (weights: Weights, dice: Dice) => string

const bytesPerElement: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8, I8: 1, BOOL: 1 }

const changes: readonly ChangeOfWeights[] = [
	({ tensors }, dice) => `without ${tensors.splice(dice.below(tensors.length), 1)[0]?.name}`,
	({ tensors }, dice) => {
		const name = dice.pick(["loss.weight", "fit_dense.0.weight", "cls.predictions.bias", "bert.encoder.layer.7.x", ""])
		tensors.push({ name, dtype: "F32", shape: [2, 3], data: Buffer.alloc(24) })
		return `with ${name}`
	},
	({ tensors }) => {
		for (const tensor of tensors) tensor.name = `module.${tensor.name}`
		return "every name behind module."
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const from = tensor.name
		tensor.name = dice.pick([
			from.replace("weight", "gamma"),
			from.toUpperCase(),
			`${from}\n`,
			"__proto__",
			"x".repeat(900),
		])
		return `${from} called something else`
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const dtype = dice.pick(Object.keys(bytesPerElement))
		const elements = tensor.shape.reduce((product, size) => product * size, 1)
		tensor.dtype = dtype
		tensor.data = resized(tensor.data, elements * bytesPerElement[dtype]!)
		return `${tensor.name} of dtype ${dtype}`
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const elements = tensor.shape.reduce((product, size) => product * size, 1)
		tensor.shape = dice.pick([[...tensor.shape].reverse(), [elements], [1, ...tensor.shape], [...tensor.shape, 1], []])
		tensor.data = resized(tensor.data, 4 * tensor.shape.reduce((product, size) => product * size, 1))
		return `${tensor.name} of shape [${tensor.shape}]`
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const axis = dice.below(tensor.shape.length)
		tensor.shape[axis] = Math.max(0, (tensor.shape[axis] ?? 0) + dice.pick([-1, 1, 2, -1000]))
		tensor.data = resized(tensor.data, 4 * tensor.shape.reduce((product, size) => product * size, 1))
		return `${tensor.name} of shape [${tensor.shape}]`
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const factor = dice.pick([0, -1, 1e-30, 1e10, 1e20, 1e38])
		for (let at = 0; at + 4 <= tensor.data.length; at += 4) {
			tensor.data.writeFloatLE(Math.fround(tensor.data.readFloatLE(at) * factor), at)
		}
		return `${tensor.name} times ${factor}`
	},
	({ tensors }, dice) => {
		const factor = dice.pick([1e-20, 1e8, 1e16, 1e30])
		for (const { data } of tensors) {
			for (let at = 0; at + 4 <= data.length; at += 4) data.writeFloatLE(Math.fround(data.readFloatLE(at) * factor), at)
		}
		return `all times ${factor}`
	},
	({ tensors }, dice) => {
		const tensor = dice.pick(tensors)
		const value = dice.pick([Number.NaN, Number.POSITIVE_INFINITY, 3.4e38, -3.4e38])
		if (tensor.data.length >= 4) tensor.data.writeFloatLE(value, 4 * dice.below(Math.floor(tensor.data.length / 4)))
		return `an element of ${tensor.name} is ${value}`
	},
	({ tensors }, dice) => {
		const [a, b] = [dice.pick(tensors), dice.pick(tensors)]
		;[a.name, b.name] = [b.name, a.name]
		return `${a.name} and ${b.name} exchanged`
	},
	(weights, dice) => {
		weights.metadata = dice.pick([null, 3, "pt", { format: "tf" }, { format: 3 }, [], {}])
		return `__metadata__ is ${JSON.stringify(weights.metadata)}`
	},
]

const changedTensors: Mutation = (bytes, dice) => {
	const weights = weightsIn(bytes)
	if (weights === undefined || weights.tensors.length === 0) return { bytes, what: "nothing" }
	const what = dice.pick(changes)(weights, dice)
	return { bytes: bytesOf(weights), what }
}

const changedHeader: Mutation = (bytes, dice) => {
	if (bytes.length < 8) return { bytes, what: "nothing" }
	const end = Math.min(bytes.length, 8 + Number(bytes.readBigUInt64LE()))
	const { bytes: header, what } = dice.pick(jsonMutations)(bytes.subarray(8, end), dice)
	return { bytes: Buffer.concat([lengthOf(header), header, bytes.subarray(end)]), what: `header: ${what}` }
}

const changedLength: Mutation = (bytes, dice) => {
	const length = dice.pick([0n, 1n, 2n, 7n, BigInt(bytes.length), BigInt(bytes.length) + 1n, 2n ** 40n, 2n ** 64n - 1n])
	const changed = Buffer.from(bytes)
	if (changed.length >= 8) changed.writeBigUInt64LE(length)
	return { bytes: changed, what: `a header of ${length} bytes` }
}

/** Mistakes of weight files: tensors missing, added, renamed, of other shapes, types and values; a header that lies. */
export const weightMutations: readonly Mutation[] = [
	...Array<Mutation>(6).fill(changedTensors),
	changedHeader,
	changedHeader,
	changedLength,
]

function weightsIn(bytes: Buffer): Weights | undefined {
	try {
		const end = 8 + Number(bytes.readBigUInt64LE())
		const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString("utf8", 8, end))
		const tensors = Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(entries).map(
			([
				name,
				{
					dtype,
					shape,
					data_offsets: [from, to],
				},
			]) => ({
				name,
				dtype,
				shape: [...shape],
				data: Buffer.from(bytes.subarray(end + from, end + to)),
			}),
		)
		return { metadata, tensors }
	} catch {
		// An earlier mutation left no weight file.
		return undefined
	}
}

function bytesOf({ metadata, tensors }: Weights): Buffer {
	const entries: [string, unknown][] = metadata === undefined ? [] : [["__metadata__", metadata]]
	let begin = 0
	for (const { name, dtype, shape, data } of tensors) {
		entries.push([name, { dtype, shape, data_offsets: [begin, begin + data.length] }])
		begin += data.length
	}
	const text = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`
	const header = Buffer.from(text)
	return Buffer.concat([lengthOf(header), header, ...tensors.map(({ data }) => data)])
}

function lengthOf(header: Buffer): Buffer {
	const length = Buffer.alloc(8)
	length.writeBigUInt64LE(BigInt(header.length))
	return length
}

function resized(data: Buffer, bytes: number): Buffer {
	const result = Buffer.alloc(Math.min(bytes, 1 << 22))
	data.copy(result)
	return result
}
