/** The files of a repository at one commit, before any is chosen. */
export interface RepoFiles {
	/** The repository's id: `org/name`. */
	readonly id: string
	/** What messages begin with. */
	readonly where: string
	/** All paths, `/` between folders. Without a network and where the cache has no list of them: those in the cache. */
	readonly paths: readonly string[]
	/** The bytes of a file, fetched where it is not in the cache yet. */
	read(path: string): Promise<Uint8Array>
}

/**
 * Which files of a repository are wanted; throws where the repository cannot be what is looked for.
 *
 * @example
 * const onlyConfig: FileChoice = ({ paths }) => paths.filter((path) => path === "config.json")
 */
export type FileChoice = (files: RepoFiles) => readonly string[] | Promise<readonly string[]>
