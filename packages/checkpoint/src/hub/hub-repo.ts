import { InvalidInputError } from "@winnow/tensor"

/** A repository of the Hugging Face Hub, at a revision. */
export interface HubRepo {
	/** `org/name`, or a name alone where the Hub has it from its early days: `gpt2`. */
	readonly id: string
	/** Default: `model`. */
	readonly kind?: "model" | "dataset"
	/** A branch, a tag, `refs/pr/1` or a commit. Default: `main`. */
	readonly revision?: string
}

/** A repository whose id and revision may be put into URLs and paths. */
export interface CheckedRepo extends Required<HubRepo> {
	/** What messages call it, and its page and files below the endpoint: `org/name`, `datasets/org/name`. */
	readonly name: string
}

/**
 * The repository with its defaults.
 *
 * @throws {InvalidInputError} when the id breaks the Hub's rules, or the revision is no name of one: both become parts of paths
 */
export function checkedRepo({ id, kind = "model", revision = "main" }: HubRepo): CheckedRepo {
	if (!readsAsId(id)) {
		throw new InvalidInputError("the Hugging Face Hub", "the name of a repository", "org/name", JSON.stringify(id))
	}
	const name = kind === "dataset" ? `datasets/${id}` : id
	if (!isRevision(revision)) {
		const expected = "a branch, a tag, refs/pr/N or a commit"
		throw new InvalidInputError(name, "the revision", expected, JSON.stringify(revision))
	}
	return { id, kind, revision, name }
}

/** The Hub's rules: one or two parts of letters, digits, `_`, `.` and `-`, which neither begin nor end with `.` or `-`. */
export function readsAsId(text: string): boolean {
	if (text.length > 96 || text.endsWith(".git") || /--|\.\./.test(text)) return false
	return /^\w([\w.-]*\w)?(\/\w([\w.-]*\w)?)?$/.test(text)
}

export function isCommit(text: string): boolean {
	return /^[0-9a-f]{40}$/.test(text)
}

/** Of what Git allows in the name of a reference, what is harmless in a path on every system. */
function isRevision(text: string): boolean {
	return text.split("/").every((part) => /^[\w+-][\w.+-]*$/.test(part) && !part.includes(".."))
}
