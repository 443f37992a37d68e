import { Worker } from "node:worker_threads"
import { type NumericArray, UnsupportedError, WinnowError } from "@winnow/tensor"
import type { Data } from "../graph/graph.ts"
import type { OnnxType } from "./model-proto.ts"

export interface TypedData extends Data {
	readonly elementType: OnnxType
}

export interface SessionOptions {
	readonly intraOpNumThreads: number
	readonly graphOptimizationLevel?: "all" | "disabled"
}

/** A model that ONNX Runtime has loaded. */
export interface Session {
	readonly id: number
	/** Names of what is fed, and of what comes out. */
	readonly inputs: readonly string[]
	readonly outputs: readonly string[]
}

type Request =
	| { readonly type: "load" }
	| {
			readonly type: "create"
			readonly session: number
			readonly model: Uint8Array<ArrayBuffer> | string
			readonly options: object
	  }
	| { readonly type: "run"; readonly session: number; readonly feeds: Readonly<Record<string, TypedData>> }
	| {
			readonly type: "time"
			readonly session: number
			readonly feeds: Readonly<Record<string, TypedData>>
			readonly runs: number
	  }
	| { readonly type: "release"; readonly session: number }

type Outputs = Record<string, { readonly data: NumericArray; readonly shape: number[] }>

interface Waiting {
	// The worker answers every request in the form that request wants.
	readonly resolve: (answer: never) => void
	readonly reject: (error: Error) => void
}

/** The worker thread in which all ONNX Runtime sessions of one runtime live. */
export class OnnxRuntimeThread {
	readonly #worker: Worker
	readonly #waiting = new Map<number, Waiting>()
	/** Of onnxruntime-node. */
	version = ""
	#requests = 0
	#sessions = 0
	#failure: Error | undefined

	private constructor() {
		this.#worker = new Worker(new URL("./onnxruntime-worker.mjs", import.meta.url))
		this.#worker.on("message", ({ id, answer, error }) => {
			const waiting = this.#waiting.get(id)
			this.#waiting.delete(id)
			if (this.#waiting.size === 0) this.#worker.unref()
			if (error === undefined) waiting?.resolve(answer as never)
			else waiting?.reject(new WinnowError("onnxruntime", error))
		})
		this.#worker.on("error", (error) => this.#fail(new WinnowError("onnxruntime", `the worker failed: ${error}`)))
		this.#worker.on("exit", () => this.#fail(new WinnowError("onnxruntime", "the runtime is closed")))
		this.#worker.unref()
	}

	/** @throws {UnsupportedError} when ONNX Runtime has no binary for this platform */
	static async start(): Promise<OnnxRuntimeThread> {
		const thread = new OnnxRuntimeThread()
		try {
			thread.version = (await thread.#ask<{ version: string }>({ type: "load" })).version
		} catch (cause) {
			await thread.close()
			const platform = `${process.platform}/${process.arch}`
			const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause)
			throw new UnsupportedError("onnxruntime", `onnxruntime-node does not load on ${platform} (${reason})`, { cause })
		}
		return thread
	}

	/** @param model - a file's bytes, which move to the worker, or its path */
	async create(model: Uint8Array<ArrayBuffer> | string, options: SessionOptions): Promise<Session> {
		const session = this.#sessions++
		// Threads that spin while they wait for work slow every other session down.
		const extra = { session: { intra_op: { allow_spinning: "0" } } }
		const request = { session, model, options: { ...options, logSeverityLevel: 4, extra } }
		const names = await this.#ask<Omit<Session, "id">>(
			{ type: "create", ...request },
			typeof model === "string" ? [] : [model.buffer],
		)
		return { id: session, ...names }
	}

	async run(session: number, feeds: Readonly<Record<string, TypedData>>): Promise<Outputs> {
		return this.#ask<Outputs>({ type: "run", session, feeds: withoutRests(feeds) })
	}

	/** Milliseconds of each of so many runs, by the worker's clock. */
	async time(session: number, feeds: Readonly<Record<string, TypedData>>, runs: number): Promise<Float64Array> {
		return this.#ask<Float64Array>({ type: "time", session, feeds: withoutRests(feeds), runs })
	}

	async release(session: number): Promise<void> {
		await this.#ask({ type: "release", session })
	}

	async close(): Promise<void> {
		await this.#worker.terminate()
	}

	#ask<Answer>(request: Request, transfer: ArrayBuffer[] = []): Promise<Answer> {
		if (this.#failure !== undefined) return Promise.reject(this.#failure)
		const id = this.#requests++
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject })
			// Only work under way keeps the process alive, an idle worker does not.
			this.#worker.ref()
			this.#worker.postMessage({ id, ...request }, transfer)
		})
	}

	#fail(error: Error): void {
		this.#failure ??= error
		for (const { reject } of this.#waiting.values()) reject(this.#failure)
		this.#waiting.clear()
	}
}

/** A view would take all of its buffer along. */
function withoutRests(feeds: Readonly<Record<string, TypedData>>): Record<string, TypedData> {
	return Object.fromEntries(
		Object.entries(feeds).map(([name, feed]) => {
			const isWhole = feed.data.byteLength === feed.data.buffer.byteLength
			return [name, isWhole ? feed : { ...feed, data: feed.data.slice() }]
		}),
	)
}
