import { execFile, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** The Python of the workspace's environment, which is made if it is not there. */
export async function installedPython(): Promise<string> {
	const script = fileURLToPath(new URL("../../../tools/install-python.mjs", import.meta.url))
	const { stdout } = await promisify(execFile)(process.execPath, [script])
	return stdout.trim()
}

/** A Python script that answers one line of JSON to every line it is sent. */
export interface PythonProcess {
	ask(line: string): Promise<unknown>
	close(): void
}

export function startPython(python: string, args: readonly string[]): PythonProcess {
	const child = spawn(python, args, { stdio: ["pipe", "pipe", "inherit"] })
	const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
	return {
		async ask(line) {
			child.stdin.write(`${line}\n`)
			const { value, done } = await answers.next()
			if (done) throw new Error("bench: Python must answer (was gone)")
			return JSON.parse(value)
		},
		close: () => child.stdin.end(),
	}
}
