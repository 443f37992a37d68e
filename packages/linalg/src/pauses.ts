/** Short enough that Ctrl-C and progress feel immediate, long enough that yielding costs nothing. */
const SLICE_MS = 50

/**
 * Keeps the event loop alive during long synchronous work.
 *
 * The function returned is awaited between steps: every 50 ms it lets timers, signals and I/O run.
 *
 * @throws `signal.reason` once the signal is aborted
 */
export function pauses(signal?: AbortSignal): () => Promise<void> {
	let resumed = performance.now()
	return async () => {
		if (performance.now() - resumed >= SLICE_MS) {
			await new Promise((resolve) => setImmediate(resolve))
			resumed = performance.now()
		}
		signal?.throwIfAborted()
	}
}
