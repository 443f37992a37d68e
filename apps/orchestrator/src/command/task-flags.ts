interface TaskFlags {
	readonly textColumn: readonly string[] | undefined
	readonly labels: string | undefined
}

/** Flags of one's own task as fields of a request. */
export function taskFlags({ textColumn, labels }: TaskFlags): {
	readonly textColumns?: string[]
	readonly labels?: string[]
} {
	return {
		...(textColumn === undefined ? {} : { textColumns: [...textColumn] }),
		...(labels === undefined ? {} : { labels: labels.split(",") }),
	}
}
