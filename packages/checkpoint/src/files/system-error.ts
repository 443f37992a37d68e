import { InvalidInputError } from "@winnow/tensor"

const reasons: Readonly<Record<string, string>> = {
	EACCES: "not permitted",
	EBUSY: "in use",
	EISDIR: "a folder",
	ENAMETOOLONG: "too long a name",
	ENOENT: "missing",
	ENOSPC: "on a full disk",
	ENOTDIR: "below something that is no folder",
	EPERM: "not permitted",
	EROFS: "on a read-only disk",
}

/**
 * The one line for what the operating system refused at a path; an error of any other origin as it is.
 *
 * @example
 * await readFile(path).catch((error) => { throw systemError(error, path, "the file", "readable") })
 */
export function systemError(error: unknown, path: string, what: string, expected: string): unknown {
	const code = systemCode(error)
	if (code === undefined) return error
	return new InvalidInputError(path, what, expected, reasons[code] ?? code, { cause: error })
}

/** `ENOENT` and the like, when the error comes from the operating system. */
export function systemCode(error: unknown): string | undefined {
	if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined
	return String(error.code)
}
