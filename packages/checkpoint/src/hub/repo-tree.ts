import { InvalidInputError } from "@winnow/tensor"
import { type } from "arktype"
import { notAList } from "../json/not-a-list.ts"
import { validated } from "../json/validated.ts"

const size = type(`0 <= number.integer <= ${Number.MAX_SAFE_INTEGER}`).describe("a natural number")
const repoFile = type({
	size,
	blob_id: type(/^[0-9a-f]{40}$/).describe("40 hexadecimal digits"),
	"lfs_sha256?": type(/^[0-9a-f]{64}$/).describe("64 hexadecimal digits"),
	"lfs_size?": size,
	"xet_hash?": "string",
})
const repoFiles = type({ "[string]": repoFile }).narrow(notAList)

/**
 * A file of a repository at one commit, as huggingface_hub writes it down. `blob_id` is Git's name of what is in the repository itself:
 * the file, or the pointer to where it is stored, which then has the `lfs_sha256`.
 */
export type RepoFile = typeof repoFile.infer

/** The files of a commit by their paths. */
export type RepoTree = ReadonlyMap<string, RepoFile>

/**
 * The tree that a list of files describes.
 *
 * @param where - what gave it, for messages
 * @throws {InvalidInputError} when a size or a hash is none, or a path would lead out of its folder
 */
export function repoTree(files: unknown, where: string): RepoTree {
	const tree = new Map(Object.entries(validated(repoFiles, files, where)))
	for (const path of tree.keys()) if (!staysInside(path)) throw unsafe(path, where)
	return tree
}

/** What names the blob: the SHA-256 of a large file, Git's hash of a small one. */
export function etagOf({ blob_id, lfs_sha256 }: RepoFile): string {
	return lfs_sha256 ?? blob_id
}

function staysInside(path: string): boolean {
	return !/[\\\0]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
}

function unsafe(path: string, where: string): InvalidInputError {
	return new InvalidInputError(where, "the path of a file", "below the folder of the repository", JSON.stringify(path))
}
