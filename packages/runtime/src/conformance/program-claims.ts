import type { Data } from "../graph/graph.ts"
import { trace } from "../graph/ops.ts"
import { interpret } from "../interpret/interpret.ts"
import type { Runtime } from "../runtime.ts"
import { exact } from "./check-close.ts"
import { checkOutputs, checkProgram, type Feeds, withProgram } from "./check-program.ts"
import { demand } from "./demand.ts"
import { drawnFeeds } from "./operation-case.ts"
import { drawn, random } from "./random.ts"
import type { RuntimeClaim } from "./runtime-claim.ts"

/** What is true of programs, whatever they compute. */
export function programClaims(): readonly RuntimeClaim[] {
	return [
		{ name: "one value can be two outputs", check: twoNamesForOneValue },
		{ name: "inputs, constants and results can be outputs together", check: mixedOutputs },
		{ name: "a value used many times is computed right everywhere", check: sharedValues },
		{ name: "names need not be identifiers", check: anyNames },
		{ name: "one array can be constants of several shapes", check: reshapedConstants },
		{ name: "a program gives the same answer again", check: repeatedRun },
		{ name: "results stay as they are when a program runs again", check: ownedResults },
		{ name: "feeds stay as they are", check: untouchedFeeds },
		{ name: "a feed can be a part of a larger array", check: partialFeeds },
		{ name: "float inputs take float64", check: float64Feeds },
		{ name: "runs of one program can overlap", check: overlappingRuns },
		{ name: "programs do not disturb each other", check: twoPrograms },
		{ name: "a program tells how long each of its runs takes", check: timedProgram },
		{ name: "a released program rejects to run", check: releasedProgram },
		{ name: "releasing a program leaves the others", check: releaseOfOne },
		{ name: "feeds that do not fit are rejected, and the program goes on", check: wrongFeeds },
	]
}

const inputs = { x: { shape: ["batch", 4] }, w: { shape: [4, 3] } } as const
const graph = trace(inputs, (ops, { x, w }) => ({ y: ops.tanh(ops.matMul(x, w)) }))
const feedsOf = (batch: number) => drawnFeeds(inputs, { batch })

function twoNamesForOneValue(runtime: Runtime): Promise<void> {
	const twice = trace(inputs, (ops, { x }) => {
		const y = ops.exp(x)
		return { first: y, second: y, third: x, fourth: x }
	})
	return checkProgram(runtime, twice, [feedsOf(2)])
}

function mixedOutputs(runtime: Runtime): Promise<void> {
	const mixed = trace(inputs, (ops, { x, w }) => {
		const one = ops.constant(1)
		return { one, same: w, sum: ops.add(x, one), inner: ops.exp(x), outer: ops.erf(ops.exp(x)) }
	})
	return checkProgram(runtime, mixed, [feedsOf(2), feedsOf(1)])
}

function sharedValues(runtime: Runtime): Promise<void> {
	const shared = trace(inputs, (ops, { x, w }) => {
		const y = ops.matMul(x, w)
		const z = ops.mul(y, ops.tanh(y))
		return { y, z, sum: ops.reduceSum(ops.add(ops.mul(z, y), z), [0]) }
	})
	return checkProgram(runtime, shared, [feedsOf(3)])
}

function anyNames(runtime: Runtime): Promise<void> {
	const shapes = { "layer 0/x": { shape: ["n"] }, add: { shape: ["n"] }, _0: { shape: ["n"] } } as const
	const named = trace(shapes, (ops, { "layer 0/x": x, add, _0 }) => {
		const y = ops.add(x, ops.mul(add, _0))
		return { "µ.out": y, _1: ops.exp(y), _2: ops.add(ops.exp(ops.tanh(y)), ops.constant(2)) }
	})
	return checkProgram(runtime, named, [drawnFeeds(shapes, { n: 3 })])
}

function reshapedConstants(runtime: Runtime): Promise<void> {
	const data = drawn(12, random(2))
	const reshaped = trace({ x: { shape: [2, 3] } }, (ops, { x }) => {
		const [wide, tall, again] = [
			[3, 4],
			[4, 3],
			[4, 3],
		].map((shape) => ops.constant({ shape, data }))
		return { y: ops.matMul(ops.matMul(x, wide!), ops.add(tall!, again!)) }
	})
	return checkProgram(runtime, reshaped, [drawnFeeds({ x: { shape: [2, 3] } }, {})])
}

function repeatedRun(runtime: Runtime): Promise<void> {
	return withProgram(runtime, graph, async (program) => {
		const first = await program.run(feedsOf(3))
		await program.run(feedsOf(5))
		checkOutputs(await program.run(feedsOf(3)), first, exact)
	})
}

function ownedResults(runtime: Runtime): Promise<void> {
	const unchanged = trace(inputs, (_, { x, w }) => ({ first: x, second: w }))
	return withProgram(runtime, unchanged, async (program) => {
		const feeds = feedsOf(2)
		const first = await program.run(feeds)
		const before = copied(first)
		for (const { data } of Object.values(feeds)) data.fill(7 as never)
		await program.run(feedsOf(2))
		await program.run(feeds)
		checkOutputs(first, before, exact)
	})
}

function untouchedFeeds(runtime: Runtime): Promise<void> {
	return withProgram(runtime, graph, async (program) => {
		const feeds = feedsOf(2)
		await program.run(feeds)
		checkOutputs(feeds, feedsOf(2), exact)
	})
}

function partialFeeds(runtime: Runtime): Promise<void> {
	return withProgram(runtime, graph, async (program) => {
		const feeds = feedsOf(2)
		const padded = new Float32Array(20).fill(9)
		padded.set(feeds.x!.data as Float32Array, 5)
		const part = { ...feeds, x: { shape: [2, 4], data: padded.subarray(5, 13) } }
		checkOutputs(await program.run(part), interpret(graph, feeds))
	})
}

function float64Feeds(runtime: Runtime): Promise<void> {
	const feeds = feedsOf(2)
	const wide = { ...feeds, x: { shape: [2, 4], data: Float64Array.from(feeds.x!.data as Float32Array) } }
	return checkProgram(runtime, graph, [wide])
}

function overlappingRuns(runtime: Runtime): Promise<void> {
	return withProgram(runtime, graph, async (program) => {
		const batches = [1, 2, 3, 4].map(feedsOf)
		const results = await Promise.all(batches.map((feeds) => program.run(feeds)))
		for (const [i, feeds] of batches.entries()) checkOutputs(results[i]!, interpret(graph, feeds))
	})
}

const negated = trace(inputs, (ops, { x }) => ({ y: ops.mul(x, ops.constant(-1)) }))

async function twoPrograms(runtime: Runtime): Promise<void> {
	await withProgram(runtime, graph, (first) =>
		withProgram(runtime, negated, async (second) => {
			const feeds = feedsOf(2)
			checkOutputs(await first.run(feeds), interpret(graph, feeds))
			checkOutputs(await second.run(feeds), interpret(negated, feeds))
			checkOutputs(await first.run(feeds), interpret(graph, feeds))
		}),
	)
}

function timedProgram(runtime: Runtime): Promise<void> {
	return withProgram(runtime, graph, async (program) => {
		const start = performance.now()
		const milliseconds = await program.time(feedsOf(2), 3)
		const all = performance.now() - start
		demand(milliseconds.length === 3, "the times of three runs", "three", milliseconds.length)
		const sum = milliseconds.reduce((total, each) => total + each, 0)
		demand(milliseconds.every((each) => each > 0) && sum <= all, "their sum", `above 0, at most ${all}`, sum)
		await checkRejects("the timing of wrong feeds", program.time({}, 1))
	})
}

async function releasedProgram(runtime: Runtime): Promise<void> {
	const program = await runtime.compile(graph)
	await program.run(feedsOf(2))
	await program.release()
	await checkRejects("the run of a released program", program.run(feedsOf(2)))
	await checkRejects("the timing of a released program", program.time(feedsOf(2), 1))
	await program.release()
}

async function releaseOfOne(runtime: Runtime): Promise<void> {
	await withProgram(runtime, graph, async (program) => {
		await (await runtime.compile(negated)).release()
		checkOutputs(await program.run(feedsOf(2)), interpret(graph, feedsOf(2)))
	})
}

function wrongFeeds(runtime: Runtime): Promise<void> {
	const square = trace({ ...inputs, y: { shape: ["batch", "batch"] } }, (ops, { x, y }) => ({ z: ops.matMul(y, x) }))
	return withProgram(runtime, square, async (program) => {
		const right: Feeds = { ...feedsOf(2), y: zeros(2, 2) }
		const { y: _, ...missing } = right
		const wrong: Record<string, Feeds> = {
			"a missing feed": missing,
			"an unknown feed": { ...right, z: zeros(1) },
			"another rank": { ...right, x: zeros(8) },
			"another size": { ...right, w: zeros(4, 2) },
			"two sizes for one symbol": { ...right, y: zeros(2, 3) },
			"two sizes for one symbol in two feeds": { ...right, y: zeros(3, 3) },
			"too little data": { ...right, w: { shape: [4, 3], data: new Float32Array(11) } },
			"int for float": { ...right, w: { shape: [4, 3], data: new Int32Array(12) } },
		}
		for (const [what, feeds] of Object.entries(wrong)) await checkRejects(`the run with ${what}`, program.run(feeds))
		checkOutputs(await program.run(right), interpret(square, right))
	})
}

const zeros = (...shape: number[]): Data => ({ shape, data: new Float32Array(shape.reduce((p, n) => p * n, 1)) })

function copied(outputs: Feeds): Feeds {
	return Object.fromEntries(
		Object.entries(outputs).map(([key, { shape, data }]) => [key, { shape, data: data.slice() }]),
	)
}

async function checkRejects(what: string, running: Promise<unknown>): Promise<void> {
	const outcome = await running.then(
		() => "a result",
		(error: unknown) => error,
	)
	demand(outcome instanceof Error, what, "rejected with an Error", outcome)
}
