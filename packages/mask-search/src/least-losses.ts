/** For every number of units taken from several curves together: the least loss, and what each curve gives up for it. */
export interface LeastLosses {
	/** `loss[k]`: the least sum of the curves' losses when k units go. `[units + 1]` */
	readonly loss: Float64Array
	/** How many units each curve gives up when `removed` go; of equally good ways, the one that takes most from the last. */
	removals(removed: number): Uint32Array
}
