/** From the fastest to the slowest. `node-gpu` is TensorFlow's own library, on a GPU where it finds one. */
export const tfjsBackends = ["node-gpu", "wasm", "cpu"] as const

export type TfjsBackend = (typeof tfjsBackends)[number]

export interface BackendOptions {
	/** Of `node-gpu`, fixed when that is first loaded; the others have one. Default: as many as there are processors. */
	readonly threads?: number | undefined
}
