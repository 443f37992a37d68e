/** Closes one thing after the other, all of them even if one fails; then the first failure is thrown. */
export async function closed(closers: readonly (() => Promise<void>)[]): Promise<void> {
	const failures: unknown[] = []
	for (const close of closers) await close().catch((error) => failures.push(error))
	if (failures.length > 0) throw failures[0]
}
