// Runs ONNX Runtime off the main thread: its run() is synchronous inside and would block progress, signals and timers.
// Plain JavaScript, because Node 20 does not load TypeScript in workers.
import { parentPort } from "node:worker_threads"

let ort
const sessions = new Map()

/** One handler a request; each returns the answer and what of it is moved instead of copied. */
const handlers = {
	async load() {
		ort = await import("onnxruntime-node")
		return { answer: { version: ort.env.versions.node } }
	},
	async create({ session, model, options }) {
		const created = await ort.InferenceSession.create(model, options)
		sessions.set(session, created)
		return { answer: { inputs: created.inputNames, outputs: created.outputNames } }
	},
	async run({ session, feeds }) {
		const results = Object.entries(await sessions.get(session).run(tensorsOf(feeds)))
		const answer = Object.fromEntries(results.map(([name, { data, dims }]) => [name, { data, shape: [...dims] }]))
		// A view of a larger buffer would take the rest of it along.
		const whole = results.map(([, { data }]) => data).filter((data) => data.byteLength === data.buffer.byteLength)
		return { answer, transfer: [...new Set(whole.map((data) => data.buffer))] }
	},
	async time({ session, feeds, runs }) {
		const [program, inputs] = [sessions.get(session), tensorsOf(feeds)]
		const answer = new Float64Array(runs)
		for (let i = 0; i < runs; i++) {
			const start = performance.now()
			await program.run(inputs)
			answer[i] = performance.now() - start
		}
		return { answer }
	},
	async release({ session }) {
		await sessions.get(session)?.release()
		sessions.delete(session)
		return { answer: {} }
	},
}

function tensorsOf(feeds) {
	const tensors = Object.entries(feeds).map(([name, { elementType, data, shape }]) => {
		return [name, new ort.Tensor(elementType, data, shape)]
	})
	return Object.fromEntries(tensors)
}

parentPort.on("message", async ({ id, ...request }) => {
	try {
		const { answer, transfer = [] } = await handlers[request.type](request)
		parentPort.postMessage({ id, answer }, transfer)
	} catch (error) {
		parentPort.postMessage({ id, error: String(error?.message ?? error) })
	}
})
