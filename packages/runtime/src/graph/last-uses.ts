/**
 * What each step of a computation can throw away.
 *
 * @param steps - the operands of every step, in order
 * @param kept - what is never thrown away
 * @returns for every step, the operands that no later one reads
 */
export function lastUses<Node>(
	steps: readonly (readonly Node[])[],
	kept: Iterable<Node>,
): readonly (readonly Node[])[] {
	const needed = new Set(kept)
	// Backwards, the first step that reads a value is its last use.
	const uses = steps.toReversed().map((operands) => {
		const spent = [...new Set(operands)].filter((operand) => !needed.has(operand))
		for (const operand of spent) needed.add(operand)
		return spent
	})
	return uses.reverse()
}
