/**
 * Starts work on one item after the other and deals with what comes of it, in order; while one result is dealt with, the next is already
 * being made. Never more than one is.
 *
 * Whatever throws, nothing is under way when it is handed on.
 */
export async function pipelined<Item, Result>(
	items: readonly Item[],
	start: (item: Item) => Promise<Result>,
	finish: (item: Item, result: Result) => void,
): Promise<void> {
	let ahead: Promise<Result> | undefined
	try {
		for (const [index, item] of items.entries()) {
			const result = await (ahead ?? start(item))
			ahead = index + 1 < items.length ? start(items[index + 1]!) : undefined
			finish(item, result)
		}
	} finally {
		await ahead?.catch(() => undefined)
	}
}
